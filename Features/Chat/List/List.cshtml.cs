using MarketChat.Features.Shared;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace MarketChat.Features.Chat.List;

/// <summary>My rooms, newest activity first; the same as JSON for the script that keeps the list current.</summary>
[EnableRateLimiting(Limit.Polls)]
public sealed class ListModel(RoomListQuery query, Doorbell doorbell, ReaderClock clock, MessageWords words) : PageModel
{
    /// <summary>The list as its script receives it: what a card shows, ready to be shown.</summary>
    public sealed record Answer(long Bell, IEnumerable<Card> Rooms);

    public sealed record Card(
        int Id, string Counterpart, string Initial, int Tone, string? AvatarUrl, string ProductTitle, string? ProductPhotoUrl,
        string? Preview, DateTime UpdatedAt, string Ago, int Unread);

    public RoomList Rooms { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(int? product, string? before)
    {
        if (!ModelState.IsValid || !RoomListCursor.TryParse(before, out var cursor)) return BadRequest();
        Rooms = await query.PageAsync(User.Id(), product, cursor, HttpContext.RequestAborted);
        return Page();
    }

    public async Task<IActionResult> OnGetRoomsAsync(int? product)
    {
        if (!ModelState.IsValid) return BadRequest();
        var bell = doorbell.Current(User.Id());
        var list = await query.PageAsync(User.Id(), product, before: null, HttpContext.RequestAborted);
        return new JsonResult(new Answer(bell, list.Rooms.Select(ToCard)));
    }

    private Card ToCard(RoomCard room)
    {
        var avatar = new Avatar(room.Counterpart, room.CounterpartPhoto);
        var photo = room.ProductPhoto is null ? null : PhotoNames.UrlOf(room.ProductPhoto);
        return new Card(
            room.Id, room.Counterpart, avatar.Initial, avatar.Tone, avatar.Url, room.ProductTitle, photo,
            room.Last?.In(words), room.UpdatedAt, clock.Ago(room.UpdatedAt), room.Unread);
    }
}
