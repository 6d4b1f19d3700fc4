using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;

namespace MarketChat.Features.Account;

/// <summary>
/// Redirects to the page when a form has a stale antiforgery token. A token becomes stale when the user signs in or out, for example in
/// another tab, after the form was rendered. The form has no effect; the user gets the page for the current session instead of an error.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReloadOnStaleAntiforgeryTokenAttribute : Attribute, IAlwaysRunResultFilter
{
    private const string TokenField = "__RequestVerificationToken";

    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is not IAntiforgeryValidationFailedResult || !HasToken(context.HttpContext)) return;
        var request = context.HttpContext.Request;
        context.Result = new LocalRedirectResult($"~{request.Path}{request.QueryString}");
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    // Examines the form only if it was read; a form that could not be read is malformed, not stale.
    private static bool HasToken(HttpContext http) => http.Features.Get<IFormFeature>()?.Form?.ContainsKey(TokenField) is true;
}
