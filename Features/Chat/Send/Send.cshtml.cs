using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat.Send;

/// <summary>
/// Receives a message from the room's form. If it cannot be sent, the response is the form with the reason and the text as typed.
/// </summary>
[EnableRateLimiting(RateLimitPolicies.Messages), RedisplayFormWhenRateLimited, RecoverableForm(nameof(Payload), nameof(ClientId))]
[MaxRequestBodySize(MaxBytes)]
public sealed class SendModel(SendMessage send, IStringLocalizer<SendModel> localizer) : PageModel
{
    // The longest text with every code unit percent-encoded (nine bytes), and the other fields.
    public const int MaxBytes = Message.MaxLength * Characters.MaxUnits * 9 + 16 * 1024;

    [BindProperty] public string? Payload { get; set; }
    [BindProperty] public string? ClientId { get; set; }
    [FromRoute(Name = "id")] public int RoomId { get; set; }
    public string? Error => ModelState[""]?.Errors.FirstOrDefault()?.ErrorMessage;

    public IActionResult OnGet(int id)
    {
        Payload = ModelState[nameof(Payload)]?.AttemptedValue;
        return ModelState.IsValid ? Redirect($"~/chat/{id}") : Page(); // Invalid if the form is shown again.
    }

    public async Task<IActionResult> OnPostAsync(int id)
    {
        var text = PlainText.NormalizeInput(Payload);
        if (Validate(text, out var clientId) is { } reason) return Reject(StatusCodes.Status400BadRequest, reason);

        var (status, message) = await send.ExecuteAsync(User.GetUserId(), id, text, clientId, HttpContext.RequestAborted);
        if (status is SendStatus.NotFound) return RoomNotFound();
        if (message is null) return Reject(StatusCodes.Status409Conflict, localizer["CounterpartLeft"]);
        if (Request.WantsJson())
        {
            var code = status is SendStatus.Stored ? StatusCodes.Status201Created : StatusCodes.Status200OK;
            return new JsonResult(message) { StatusCode = code };
        }

        // A form restored by the back button still has the client id of the message that it sent before; another text in it is a new
        // message. The text of a removed message cannot be compared, so the form is rejected: nobody wants a removed message back by
        // accident.
        if (message.Removed) return Reject(StatusCodes.Status409Conflict, localizer["Removed"]);
        if (message.Payload != text) await send.ExecuteAsync(User.GetUserId(), id, text, Guid.NewGuid(), HttpContext.RequestAborted);
        return this.SeeOther($"~/chat/{id}");
    }

    private string? Validate(string text, out Guid clientId)
    {
        clientId = Guid.NewGuid();
        if (!text.IsWellFormed()) return localizer["NotText"];
        if (text.IsBlank()) return localizer["Empty"];
        if (Characters.Count(text) > Message.MaxLength) return localizer["TooLong", Message.MaxLength];
        return string.IsNullOrEmpty(ClientId) || Guid.TryParse(ClientId, out clientId) ? null : localizer["BadClientId"].Value;
    }

    private IActionResult RoomNotFound() =>
        Request.WantsJson() ? this.Problem(StatusCodes.Status404NotFound, localizer["RoomNotFound"]) : NotFound();

    private IActionResult Reject(int status, string reason)
    {
        if (Request.WantsJson()) return this.Problem(status, reason);
        ModelState.AddModelError("", reason);
        Response.StatusCode = status;
        return Page();
    }
}
