using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace MarketChat.Features.Badge;

/// <summary>
/// The endpoint that scripts poll to keep the badge with the number of unread rooms current. LongPollMiddleware answers polls while the
/// user's version is unchanged.
/// </summary>
[Poll, AnswersJson, EnableRateLimiting(RateLimitPolicies.Polls)]
public sealed class BadgeModel(MarketDb db, ChangeNotifier notifier) : PageModel
{
    public sealed record BadgeResponse(int UnreadRooms, long Version);

    public async Task<IActionResult> OnGetAsync()
    {
        if (PollRequest.TryParse(Request.Query) is null) return BadRequest();
        var userId = User.GetUserId();
        var version = notifier.GetVersion(userId); // Before the query, so that the next poll sees a change during it.
        return new JsonResult(new BadgeResponse(await db.CountUnreadRoomsAsync(userId, HttpContext.RequestAborted), version));
    }
}
