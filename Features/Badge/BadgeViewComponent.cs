using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Realtime;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MarketChat.Features.Badge;

/// <summary>Renders the badge with the number of unread rooms on every page, so that it works without scripts.</summary>
public sealed class BadgeViewComponent(MarketDb db, LongPolling poll, IOptions<PollingOptions> options) : ViewComponent
{
    public const int MaxDisplayed = 99;

    // The response to a rate-limited request must not cost a query.
    private bool IsRateLimited => HttpContext.Response.StatusCode == StatusCodes.Status429TooManyRequests;

    /// <summary>The number of unread rooms, and the intervals for the script in seconds.</summary>
    /// <param name="PollSeconds">The interval between polls.</param>
    /// <param name="WaitSeconds">How long the server may hold a poll.</param>
    public sealed record BadgeViewModel(int Count, double PollSeconds, double WaitSeconds);

    public async Task<IViewComponentResult> InvokeAsync()
    {
        if (UserClaimsPrincipal.GetUserIdOrNull() is not { } userId || IsRateLimited) return Content("");
        var count = await db.CountUnreadRoomsAsync(userId, HttpContext.RequestAborted);
        return View("~/Features/Badge/_Badge.cshtml", new BadgeViewModel(count, options.Value.PollSeconds, await poll.GetMaxWaitAsync()));
    }
}
