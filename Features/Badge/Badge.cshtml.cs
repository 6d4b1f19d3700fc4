using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace MarketChat.Features.Badge;

/// <summary>What a page's script asks to keep the badge current. A bell that has not rung since is answered before it comes here.</summary>
[EnableRateLimiting(Limit.Polls)]
public sealed class BadgeModel(MarketDb db, Doorbell doorbell) : PageModel
{
    public sealed record Answer(int UnreadRooms, long Bell);

    public async Task<IActionResult> OnGetAsync()
    {
        if (PollQuestion.Read(Request.Query) is null) return BadRequest();
        var me = User.Id();
        var current = doorbell.Current(me); // Before the look: a ring during it is heard next time.
        return new JsonResult(new Answer(await db.CountUnreadAsync(me, HttpContext.RequestAborted), current));
    }
}
