using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Features.Account;

/// <summary>
/// Redirects to the page when a form has a stale antiforgery token. A token becomes stale when the user signs in or out, for example in
/// another tab, after the form was rendered. The form has no effect; the user gets the page for the current session instead of an error.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReloadOnStaleAntiforgeryTokenAttribute : Attribute, IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (!RecoverableFormAttribute.HasStaleToken(context)) return;
        var request = context.HttpContext.Request;
        context.Result = new LocalRedirectResult($"~{request.Path}{request.QueryString}");
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
