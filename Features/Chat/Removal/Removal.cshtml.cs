using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Removal;

/// <summary>Removes one of the user's own messages: at once for the room's script, after a confirmation page without a script.</summary>
[FeatureGate(RemovalSetup.Flag), EnableRateLimiting(RateLimitPolicies.Messages)]
public sealed class RemovalModel(RemoveMessage remove, IStringLocalizer<RemovalModel> localizer) : PageModel
{
    [FromRoute(Name = "id")] public int RoomId { get; set; }
    public MessageView Message { get; private set; } = null!;
    public bool IsExpired { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, long message)
    {
        if (!ModelState.IsValid) return BadRequest();
        var (status, view) = await remove.FindAsync(User.GetUserId(), id, message, HttpContext.RequestAborted);
        return status is RemovalStatus.AlreadyRemoved ? Redirect($"~/chat/{id}") : ToPage(status, view);
    }

    public async Task<IActionResult> OnPostAsync(int id, long messageId)
    {
        if (!ModelState.IsValid)
        {
            return Request.WantsJson() ? this.Problem(StatusCodes.Status400BadRequest, localizer["InvalidRequest"]) : BadRequest();
        }

        var status = await remove.ExecuteAsync(User.GetUserId(), id, messageId, HttpContext.RequestAborted);
        if (Request.WantsJson()) return ToApiResult(status);
        if (status is RemovalStatus.Allowed or RemovalStatus.AlreadyRemoved) return this.SeeOther($"~/chat/{id}");
        return ToPage(status, (await remove.FindAsync(User.GetUserId(), id, messageId, HttpContext.RequestAborted)).Message);
    }

    private IActionResult ToApiResult(RemovalStatus status) => status switch
    {
        RemovalStatus.NotFound => this.Problem(StatusCodes.Status404NotFound, localizer["MessageNotFound"]),
        RemovalStatus.Expired => this.Problem(StatusCodes.Status409Conflict, localizer["Expired", RemoveMessage.RemovalWindow.TotalHours]),
        _ => new NoContentResult(),
    };

    private IActionResult ToPage(RemovalStatus status, MessageView? view)
    {
        if (view is null) return NotFound();
        (Message, IsExpired) = (view, status is RemovalStatus.Expired);
        if (IsExpired) Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
