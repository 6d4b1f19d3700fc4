using System.Globalization;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat.Room;

/// <summary>The room page, and the requests of its script: changes since a rev, older and newer messages, and the read marker.</summary>
[EnableRateLimiting(RateLimitPolicies.Polls)]
public sealed class RoomModel(
    RoomQuery query, RoomChangesQuery changes, MarkRead marker, IStringLocalizer<RoomModel> localizer) : PageModel
{
    public RoomView Room { get; private set; } = null!;

    /// <summary>The id of the message that a link opened the page at; null without one.</summary>
    public long? At { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, long? before, long? at)
    {
        if (!ModelState.IsValid || before < 0 || at < 0) return BadRequest();
        if (await query.OpenAsync(User.GetUserId(), id, before, at, HttpContext.RequestAborted) is not { } room) return NotFound();
        (Room, At) = (room, at);
        if (room.ContinuesReading && Request.IsUserNavigation())
        {
            await marker.ExecuteAsync(User.GetUserId(), id, room.Messages[^1].Id, HttpContext.RequestAborted);
        }

        return Page();
    }

    [Poll, AnswersJson]
    public async Task<IActionResult> OnGetMessagesAsync()
    {
        if (PollRequest.TryParse(Request.Query) is not { } poll) return InvalidRequest();
        var id = int.Parse((string)RouteData.Values["id"]!, CultureInfo.InvariantCulture);
        return JsonOrNotFound(await changes.GetSinceAsync(User.GetUserId(), id, poll.After, HttpContext.RequestAborted));
    }

    [AnswersJson]
    public async Task<IActionResult> OnGetHistoryAsync(int id, long? before, long? after)
    {
        if (!ModelState.IsValid || before < 0 || after < 0) return InvalidRequest();
        return JsonOrNotFound(after is { } start
            ? await query.HistoryAfterAsync(User.GetUserId(), id, start, HttpContext.RequestAborted)
            : await query.HistoryBeforeAsync(User.GetUserId(), id, before ?? long.MaxValue, HttpContext.RequestAborted));
    }

    [AnswersJson]
    public async Task<IActionResult> OnPostReadAsync(int id, long upTo)
    {
        if (!ModelState.IsValid || upTo < 0) return InvalidRequest();
        return await marker.ExecuteAsync(User.GetUserId(), id, upTo, HttpContext.RequestAborted) ? new NoContentResult() : RoomNotFound();
    }

    private IActionResult JsonOrNotFound<T>(T? response) where T : class => response is null ? RoomNotFound() : new JsonResult(response);

    private ObjectResult RoomNotFound() => this.Problem(StatusCodes.Status404NotFound, localizer["RoomNotFound"]);

    private ObjectResult InvalidRequest() => this.Problem(StatusCodes.Status400BadRequest, localizer["InvalidRequest"]);
}
