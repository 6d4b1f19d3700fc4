using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Features.Account;

/// <summary>
/// A form rendered before its visitor signed in or out, in another tab say, carries the antiforgery token of somebody else. It does
/// nothing, as it must; but rather than an error its sender gets the page anew, which knows where they stand now.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReloadOnStaleAntiforgeryTokenAttribute : Attribute, IAlwaysRunResultFilter
{
    private const string TokenField = "__RequestVerificationToken";

    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is not IAntiforgeryValidationFailedResult || !CarriesToken(context.HttpContext)) return;
        var request = context.HttpContext.Request;
        context.Result = new LocalRedirectResult($"~{request.Path}{request.QueryString}");
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    // The form as far as it was read: one that could not be is broken rather than stale.
    private static bool CarriesToken(HttpContext http) => http.Features.Get<IFormFeature>()?.Form?.ContainsKey(TokenField) is true;
}
