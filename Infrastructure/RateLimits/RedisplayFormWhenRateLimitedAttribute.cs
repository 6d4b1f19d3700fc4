using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// A page that can show its form again from what was posted alone: sent too fast, the form comes back as it was filled in, with the
/// reason as an error of the whole form, and the page's handler never runs. Without it one ends at the error page.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RedisplayFormWhenRateLimitedAttribute : Attribute, IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HttpContext.Features.Get<RateLimitRejection>() is not { } tooFast) return next();
        context.Result = tooFast.ToPageResult((PageModel)context.HandlerInstance);
        return Task.CompletedTask;
    }
}
