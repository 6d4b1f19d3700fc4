using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// Marks a page that can render its form from the posted values alone. If a rate limit rejects the form, the page renders it again with the
/// submitted values and the reason as an error of the whole form; the page's handler does not run. A page without this attribute gets the
/// error page.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RedisplayFormWhenRateLimitedAttribute : Attribute, IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HttpContext.Features.Get<RateLimitRejection>() is not { } rejection) return next();
        context.Result = rejection.ToPageResult((PageModel)context.HandlerInstance);
        return Task.CompletedTask;
    }
}
