using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Delivery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MarketChat.Features.Badge;

/// <summary>The badge as every page shows it, also without scripts.</summary>
public sealed class BadgeViewComponent(MarketDb db, HeldPoll poll, IOptions<DeliveryOptions> options) : ViewComponent
{
    public const int MostShown = 99;

    // Telling somebody to slow down must not cost a look at the database.
    private bool IsTurnedAway => HttpContext.Response.StatusCode == StatusCodes.Status429TooManyRequests;

    /// <summary>The count, and for the script how often to ask and how long to wait, in seconds.</summary>
    public sealed record Shown(int Count, double PollSeconds, double WaitSeconds);

    public async Task<IViewComponentResult> InvokeAsync()
    {
        if (UserClaimsPrincipal.IdOrNull() is not { } me || IsTurnedAway) return Content("");
        var count = await db.CountUnreadAsync(me, HttpContext.RequestAborted);
        return View("~/Features/Badge/_Badge.cshtml", new Shown(count, options.Value.PollSeconds, await poll.LongestWaitAsync()));
    }
}
