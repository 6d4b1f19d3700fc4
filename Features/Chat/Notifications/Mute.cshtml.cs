using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>Mutes one of my rooms, or no longer. What was asked for twice is done once.</summary>
[FeatureGate(NotificationsSetup.Flag), EnableRateLimiting(RateLimitPolicies.Messages)]
public sealed class MuteModel(RoomMuteService mutes) : PageModel
{
    public IActionResult OnGet(int id) => Redirect($"/chat/{id}");

    public async Task<IActionResult> OnPostAsync(int id, bool muted)
    {
        if (!ModelState.IsValid) return BadRequest();
        if (!await mutes.SetAsync(User.GetUserId(), id, muted, HttpContext.RequestAborted)) return NotFound();
        return Request.WantsJson() ? new NoContentResult() : this.SeeOther($"/chat/{id}");
    }
}
