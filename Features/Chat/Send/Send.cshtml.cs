using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat.Send;

/// <summary>Takes a message from the room's form. What cannot be sent comes back with the reason and the text as typed.</summary>
[EnableRateLimiting(Limit.Messages), KeepsForm]
public sealed class SendModel(SendMessage send, MarketDb db, IStringLocalizer<SendModel> words) : PageModel
{
    [BindProperty] public string? Payload { get; set; }
    [BindProperty] public string? ClientId { get; set; }
    [FromRoute(Name = "id")] public int RoomId { get; set; }
    public string? Error => ModelState[""]?.Errors.FirstOrDefault()?.ErrorMessage;

    public IActionResult OnGet(int id) => Redirect($"/chat/{id}");

    public async Task<IActionResult> OnPostAsync(int id)
    {
        var text = PlainText.Tidy(Payload);
        if (WhyNot(text, out var clientId) is { } reason) return Refuse(StatusCodes.Status400BadRequest, reason);

        var sent = await send.ExecuteAsync(User.Id(), id, text, clientId, HttpContext.RequestAborted);
        if (sent is null) return await NotSentAsync(id);
        if (Request.IsFromScript())
        {
            return new JsonResult(sent.Message) { StatusCode = sent.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK };
        }

        // A form reached by the back button still has the id of what it sent before: new words in it are a new message. Whether they are
        // new cannot be told once that one is removed, and nobody wants it back by accident.
        if (sent.Message.Removed) return Refuse(StatusCodes.Status409Conflict, words["Removed"]);
        if (sent.Message.Payload != text) await send.ExecuteAsync(User.Id(), id, text, Guid.NewGuid(), HttpContext.RequestAborted);
        return this.SeeOther($"/chat/{id}");
    }

    private string? WhyNot(string text, out Guid clientId)
    {
        clientId = Guid.NewGuid();
        if (text.Length == 0) return words["Empty"];
        if (text.Length > Message.MaxLength) return words["TooLong", Message.MaxLength];
        if (!text.IsStorable()) return words["NotText"];
        return string.IsNullOrEmpty(ClientId) || Guid.TryParse(ClientId, out clientId) ? null : words["BadClientId"].Value;
    }

    private async Task<IActionResult> NotSentAsync(int id)
    {
        if (await db.ChatRooms.Of(User.Id()).AnyAsync(r => r.Id == id))
        {
            return Refuse(StatusCodes.Status409Conflict, words["CounterpartLeft"]);
        }

        return Request.IsFromScript() ? this.ProblemFor(StatusCodes.Status404NotFound, words["NoSuchRoom"]) : NotFound();
    }

    private IActionResult Refuse(int status, string reason)
    {
        if (Request.IsFromScript()) return this.ProblemFor(status, reason);
        ModelState.AddModelError("", reason);
        Response.StatusCode = status;
        return Page();
    }
}
