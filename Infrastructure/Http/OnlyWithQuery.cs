using Microsoft.AspNetCore.Mvc.ActionConstraints;

namespace MarketChat.Infrastructure.Http;

/// <summary>Lets two pages have the same route: where the query has this key, the page with this is taken, elsewhere the other.</summary>
public sealed class OnlyWithQuery(string key) : IActionConstraint
{
    public string Key => key;

    public int Order => 0;

    public bool Accept(ActionConstraintContext context) => context.RouteContext.HttpContext.Request.Query.ContainsKey(key);
}
