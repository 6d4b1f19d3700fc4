using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Badge;

/// <summary>What a page's script asks to keep the badge current. A bell that still rings the same number means nothing changed.</summary>
public sealed class BadgeModel(MarketDb db, Doorbell doorbell) : PageModel
{
    public sealed record Answer(int UnreadRooms, long Bell);

    public async Task<IActionResult> OnGetAsync(long? bell)
    {
        if (!ModelState.IsValid || bell < 0) return BadRequest();
        var me = User.Id();
        var current = doorbell.Current(me); // Read before the database, so that a ring in between is heard next time.
        if (bell == current) return StatusCode(StatusCodes.Status204NoContent);
        return new JsonResult(new Answer(await db.ChatRooms.CountUnreadAsync(me, HttpContext.RequestAborted), current));
    }
}
