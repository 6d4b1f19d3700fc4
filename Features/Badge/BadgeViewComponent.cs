using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Realtime;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MarketChat.Features.Badge;

/// <summary>The badge as every page shows it, also without scripts.</summary>
public sealed class BadgeViewComponent(MarketDb db, LongPolling poll, IOptions<PollingOptions> options) : ViewComponent
{
    public const int MaxDisplayed = 99;

    // Telling somebody to slow down must not cost a look at the database.
    private bool IsRateLimited => HttpContext.Response.StatusCode == StatusCodes.Status429TooManyRequests;

    /// <summary>The count, and for the script how often to ask and how long to wait, in seconds.</summary>
    public sealed record BadgeViewModel(int Count, double PollSeconds, double WaitSeconds);

    public async Task<IViewComponentResult> InvokeAsync()
    {
        if (UserClaimsPrincipal.GetUserIdOrNull() is not { } userId || IsRateLimited) return Content("");
        var count = await db.CountUnreadRoomsAsync(userId, HttpContext.RequestAborted);
        return View("~/Features/Badge/_Badge.cshtml", new BadgeViewModel(count, options.Value.PollSeconds, await poll.GetMaxWaitAsync()));
    }
}
