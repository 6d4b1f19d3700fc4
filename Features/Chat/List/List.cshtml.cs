using MarketChat.Features.Shared;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace MarketChat.Features.Chat.List;

/// <summary>
/// The chat list page: the user's rooms, newest activity first. The handler "Rooms" returns the first page as JSON to the script that
/// updates the list.
/// </summary>
[EnableRateLimiting(RateLimitPolicies.Polls)]
public sealed class ListModel(RoomListQuery query, ChangeNotifier notifier, UserTimeFormatter clock, MessagePreview preview) : PageModel
{
    /// <summary>The JSON of the chat list: the fields of each card, with texts already formatted for display.</summary>
    public sealed record RoomListResponse(long Version, IEnumerable<RoomListItem> Rooms);

    public sealed record RoomListItem(
        int Id, string Counterpart, string Initial, int ColorIndex, string? AvatarUrl, string ProductTitle, string? ProductPhotoUrl,
        string? Preview, DateTime UpdatedAt, string RelativeTime, int Unread);

    public RoomList Rooms { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(int? product, string? before)
    {
        if (!ModelState.IsValid || !RoomListCursor.TryParse(before, out var cursor)) return BadRequest();
        Rooms = await query.PageAsync(User.GetUserId(), product, cursor, HttpContext.RequestAborted);
        return Page();
    }

    [Poll, AnswersJson]
    public async Task<IActionResult> OnGetRoomsAsync(int? product)
    {
        if (!ModelState.IsValid) return BadRequest();
        var version = notifier.GetVersion(User.GetUserId());
        var list = await query.PageAsync(User.GetUserId(), product, before: null, HttpContext.RequestAborted);
        return new JsonResult(new RoomListResponse(version, list.Rooms.Select(ToCard)));
    }

    private RoomListItem ToCard(RoomCard room)
    {
        var avatar = new Avatar(room.Counterpart, room.CounterpartPhoto);
        var photo = room.ProductPhoto is null ? null : PhotoNames.UrlOf(room.ProductPhoto);
        return new RoomListItem(
            room.Id, room.Counterpart, avatar.Initial, avatar.ColorIndex, avatar.Url, room.ProductTitle, photo,
            room.Last?.Describe(preview), room.UpdatedAt, clock.FormatRelative(room.UpdatedAt), room.Unread);
    }
}
