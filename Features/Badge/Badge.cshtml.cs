using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace MarketChat.Features.Badge;

/// <summary>What a page's script asks to keep the badge current. A bell that has not rung since is answered before it comes here.</summary>
[EnableRateLimiting(RateLimitPolicies.Polls)]
public sealed class BadgeModel(MarketDb db, ChangeNotifier notifier) : PageModel
{
    public sealed record BadgeResponse(int UnreadRooms, long Version);

    public async Task<IActionResult> OnGetAsync()
    {
        if (PollRequest.TryParse(Request.Query) is null) return BadRequest();
        var userId = User.GetUserId();
        var current = notifier.GetVersion(userId); // Before the look: a ring during it is heard next time.
        return new JsonResult(new BadgeResponse(await db.CountUnreadRoomsAsync(userId, HttpContext.RequestAborted), current));
    }
}
