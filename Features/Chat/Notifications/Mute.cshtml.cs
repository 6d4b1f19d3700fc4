using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Mutes or unmutes one of the current user's rooms. A muted room causes no notifications for this user; it still counts in the badge.
/// </summary>
[FeatureGate(NotificationsSetup.Flag), EnableRateLimiting(RateLimitPolicies.Messages)]
public sealed class MuteModel(MarketDb db) : PageModel
{
    public IActionResult OnGet(int id) => Redirect($"~/chat/{id}");

    public async Task<IActionResult> OnPostAsync(int id, bool muted)
    {
        if (!ModelState.IsValid) return BadRequest();
        var userId = User.GetUserId();
        var found = await db.ExecuteInTransactionAsync(
            token => db.RoomMembers.Where(m => m.ChatRoomId == id && m.UserId == userId)
                .ExecuteUpdateAsync(member => member.SetProperty(m => m.IsMuted, muted), token),
            HttpContext.RequestAborted);
        if (found == 0) return NotFound();
        return Request.WantsJson() ? new NoContentResult() : this.SeeOther($"~/chat/{id}");
    }
}
