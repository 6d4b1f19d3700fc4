using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Marks a page whose form is kept if it is posted after its session has ended: signed out, or with an antiforgery token of another
/// session. The visitor is redirected, to sign in if necessary, and then the page shows the form filled in again (<see
/// cref="FormRecovery"/>). The page's form has the attribute <c>data-recoverable</c>, and the page renders from its ModelState.
/// </summary>
/// <param name="fields">The names of the fields that are kept. Passwords are never among them.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RecoverableFormAttribute(params string[] fields)
    : Attribute, IAsyncPageFilter, IAsyncAlwaysRunResultFilter, IOrderedFilter
{
    private const string TokenField = "__RequestVerificationToken";

    public IReadOnlyList<string> Fields => fields;

    public int Order => -1; // Before filters that handle a stale token without the fields.

    /// <summary>
    /// Whether the form was rejected for its antiforgery token, which was that of another session. A form that could not be read, or has no
    /// token, is malformed rather than stale.
    /// </summary>
    public static bool HasStaleToken(ResultExecutingContext context) =>
        context.Result is IAntiforgeryValidationFailedResult
        && context.HttpContext.Features.Get<IFormFeature>()?.Form?.ContainsKey(TokenField) is true;

    public async Task OnResultExecutionAsync(ResultExecutingContext context, ResultExecutionDelegate next)
    {
        if (HasStaleToken(context) && await Recovery(context).SaveAsync(context.HttpContext) is { } url)
        {
            context.Result = new LocalRedirectResult(url);
        }

        await next();
    }

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var isPost = HttpMethods.IsPost(context.HttpContext.Request.Method);
        if (!isPost) Recovery(context).Restore(context.HttpContext, context.ModelState);
        var executed = await next();
        if (isPost && executed is { Exception: null, Result: not PageResult and not ChallengeResult })
        {
            Recovery(context).Delete(context.HttpContext);
        }
    }

    private static FormRecovery Recovery(ActionContext context) => context.HttpContext.RequestServices.GetRequiredService<FormRecovery>();
}
