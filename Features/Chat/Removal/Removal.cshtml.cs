using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Features.Chat.Removal;

/// <summary>Removes a message of one's own, for the room's script; where there is none, asks first.</summary>
[FeatureGate(RemovalSetup.Flag), EnableRateLimiting(Limit.Messages)]
public sealed class RemovalModel(RemoveMessage remove, IStringLocalizer<RemovalModel> words) : PageModel
{
    [FromRoute(Name = "id")] public int RoomId { get; set; }
    public MessageView Message { get; private set; } = null!;
    public bool IsTooLate { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, long message)
    {
        if (!ModelState.IsValid) return BadRequest();
        var (found, view) = await remove.FindAsync(User.Id(), id, message, HttpContext.RequestAborted);
        return found is Removability.AlreadyRemoved ? Redirect($"/chat/{id}") : Show(found, view);
    }

    public async Task<IActionResult> OnPostAsync(int id, long messageId)
    {
        if (!ModelState.IsValid)
        {
            return Request.IsFromScript() ? this.ProblemFor(StatusCodes.Status400BadRequest, words["BadQuestion"]) : BadRequest();
        }

        var found = await remove.ExecuteAsync(User.Id(), id, messageId, HttpContext.RequestAborted);
        if (Request.IsFromScript()) return Tell(found);
        if (found is Removability.Open or Removability.AlreadyRemoved) return this.SeeOther($"/chat/{id}");
        return Show(found, (await remove.FindAsync(User.Id(), id, messageId, HttpContext.RequestAborted)).Message);
    }

    private IActionResult Tell(Removability found) => found switch
    {
        Removability.None => this.ProblemFor(StatusCodes.Status404NotFound, words["NoSuchMessage"]),
        Removability.TooLate => this.ProblemFor(StatusCodes.Status409Conflict, words["TooLate", RemoveMessage.LongestTime.TotalHours]),
        _ => new NoContentResult(),
    };

    private IActionResult Show(Removability found, MessageView? view)
    {
        if (view is null) return NotFound();
        (Message, IsTooLate) = (view, found is Removability.TooLate);
        if (IsTooLate) Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
