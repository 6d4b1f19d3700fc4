using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Answers a script whose antiforgery token is stale with 412 instead of 400: nothing is wrong with the request, and it succeeds after the
/// page has been reloaded. A token becomes stale with the cookies that it belongs to, for example at a sign-out in another tab.
/// </summary>
public sealed class StaleAntiforgeryTokenFilter : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is not IAntiforgeryValidationFailedResult) return;
        var options = context.HttpContext.RequestServices.GetRequiredService<IOptions<AntiforgeryOptions>>().Value;
        if (context.HttpContext.Request.Headers.ContainsKey(options.HeaderName!))
        {
            context.Result = new StatusCodeResult(StatusCodes.Status412PreconditionFailed);
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
