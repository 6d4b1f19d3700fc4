using System.Globalization;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat.Room;

/// <summary>The room page, and the questions its script asks: what changed, what lies further back, and "I have read this far".</summary>
[EnableRateLimiting(Limit.Polls)]
public sealed class RoomModel(
    RoomQuery query, RoomChanges changes, ReadMarker marker, IStringLocalizer<RoomModel> words) : PageModel
{
    public RoomView Room { get; private set; } = null!;

    /// <summary>The message that the page was opened at, for a link that leads to one.</summary>
    public long? At { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, long? before, long? at)
    {
        if (!ModelState.IsValid || before < 0 || at < 0) return BadRequest();
        if (await query.OpenAsync(User.Id(), id, before, at, HttpContext.RequestAborted) is not { } room) return NotFound();
        (Room, At) = (room, at);
        if (room.ShowsUnread && Request.IsOpenedByPerson())
        {
            await marker.MoveAsync(User.Id(), id, room.Messages[^1].Id, HttpContext.RequestAborted);
        }

        return Page();
    }

    public async Task<IActionResult> OnGetMessagesAsync()
    {
        if (PollQuestion.Read(Request.Query) is not { } question) return BadQuestion();
        var id = int.Parse((string)RouteData.Values["id"]!, CultureInfo.InvariantCulture);
        return JsonOrNotFound(await changes.AfterAsync(User.Id(), id, question.After, HttpContext.RequestAborted));
    }

    public async Task<IActionResult> OnGetHistoryAsync(int id, long? before, long? after)
    {
        if (!ModelState.IsValid || before < 0 || after < 0) return BadQuestion();
        return JsonOrNotFound(after is { } start
            ? await query.HistoryAfterAsync(User.Id(), id, start, HttpContext.RequestAborted)
            : await query.HistoryBeforeAsync(User.Id(), id, before ?? long.MaxValue, HttpContext.RequestAborted));
    }

    public async Task<IActionResult> OnPostReadAsync(int id, long upTo)
    {
        if (!ModelState.IsValid || upTo < 0) return BadQuestion();
        return await marker.MoveAsync(User.Id(), id, upTo, HttpContext.RequestAborted) ? new NoContentResult() : NoSuchRoom();
    }

    private IActionResult JsonOrNotFound<T>(T? answer) where T : class => answer is null ? NoSuchRoom() : new JsonResult(answer);

    private ObjectResult NoSuchRoom() => this.ProblemFor(StatusCodes.Status404NotFound, words["NoSuchRoom"]);

    private ObjectResult BadQuestion() => this.ProblemFor(StatusCodes.Status400BadRequest, words["BadQuestion"]);
}
