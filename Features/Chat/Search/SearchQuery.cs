using MarketChat.Features.Shared;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Search;

/// <summary>A room whose other person or product is called like what was looked for.</summary>
public sealed record FoundRoom(int Id, Avatar Avatar, IReadOnlyList<MarkedPiece> Name, IReadOnlyList<MarkedPiece> Title,
    string? ProductPhoto, DateTime UpdatedAt)
{
    public string? ProductPhotoUrl => ProductPhoto is null ? null : PhotoNames.UrlOf(ProductPhoto);
}

/// <summary>
/// A message that says what was looked for, with the room it stands in. What is said is cut to what surrounds the first hit.
/// </summary>
public sealed record FoundMessage(
    long Id, int RoomId, Avatar Avatar, string Counterpart, string ProductTitle, string? ProductPhoto, bool Mine,
    IReadOnlyList<MarkedPiece> Said, DateTime SentAt)
{
    public string? ProductPhotoUrl => ProductPhoto is null ? null : PhotoNames.UrlOf(ProductPhoto);
}

/// <summary>What was found. <see cref="Before"/> is the message id to look on from, or null when that was all.</summary>
public sealed record Found(IReadOnlyList<FoundRoom> Rooms, bool HasMoreRooms, IReadOnlyList<FoundMessage> Messages, long? Before)
{
    public static Found Nothing { get; } = new([], false, [], null);
}

public sealed class SearchQuery(MarketDb db, ClosedAccount closed)
{
    public const int MostRooms = 10;
    public const int MostMessages = 20;

    /// <param name="words">At least one.</param>
    /// <param name="before">A message id, for the next page: only messages older than that one, and no rooms.</param>
    public async Task<Found> FindAsync(int me, IReadOnlyList<string> words, long? before, CancellationToken cancellationToken)
    {
        var rooms = before is null ? await RoomsAsync(me, words, cancellationToken) : [];
        var found = await db.FindMessagesAsync(me, words, before ?? long.MaxValue, MostMessages, cancellationToken);
        var messages = found.Ids.Count == 0 ? [] : await MessagesAsync(me, found.Ids, words, cancellationToken);
        return new Found(rooms.Take(MostRooms).ToList(), rooms.Count > MostRooms, messages, found.Before);
    }

    private async Task<List<FoundRoom>> RoomsAsync(int me, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var (bought, sold) = (db.ChatRooms.Where(r => r.BuyerId == me), db.ChatRooms.Where(r => r.SellerId == me));
        foreach (var pattern in words.Select(PlainText.ToLikePattern))
        {
            bought = bought.Where(r => EF.Functions.Like(r.Product.Title, pattern, PlainText.LikeEscape)
                || EF.Functions.Like(r.Seller.UserName!, pattern, PlainText.LikeEscape));
            sold = sold.Where(r => EF.Functions.Like(r.Product.Title, pattern, PlainText.LikeEscape)
                || EF.Functions.Like(r.Buyer.UserName!, pattern, PlainText.LikeEscape));
        }

        var nobody = closed.Name;
        var rooms = await Newest(Newest(bought).Concat(Newest(sold)))
            .Select(r => new
            {
                r.Id,
                Counterpart = (r.BuyerId == me ? r.Seller : r.Buyer).UserName ?? nobody,
                Photo = (r.BuyerId == me ? r.Seller : r.Buyer).Avatar,
                r.Product.Title,
                ProductPhoto = r.Product.Photos.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault(),
                r.UpdatedAt,
            })
            .ToListAsync(cancellationToken);
        return rooms.ConvertAll(r => new FoundRoom(
            r.Id, new Avatar(r.Counterpart, r.Photo), Marked.In(r.Counterpart, words), Marked.In(r.Title, words), r.ProductPhoto,
            r.UpdatedAt));
    }

    // One more than are shown, to know whether there are more.
    private static IQueryable<ChatRoom> Newest(IQueryable<ChatRoom> rooms) =>
        rooms.OrderByDescending(r => r.UpdatedAt).ThenByDescending(r => r.Id).Take(MostRooms + 1);

    private async Task<List<FoundMessage>> MessagesAsync(int me, IReadOnlyList<long> ids, IReadOnlyList<string> words,
        CancellationToken cancellationToken)
    {
        var nobody = closed.Name;
        var messages = await db.ChatRooms.Of(me)
            .Join(db.Messages.Where(m => ids.Contains(m.Id) && m.RemovedAt == null), r => r.Id, m => m.ChatRoomId,
                (r, m) => new { Room = r, Message = m })
            .OrderByDescending(x => x.Message.Id)
            .Select(x => new
            {
                x.Message.Id,
                x.Message.ChatRoomId,
                Counterpart = (x.Room.BuyerId == me ? x.Room.Seller : x.Room.Buyer).UserName ?? nobody,
                Photo = (x.Room.BuyerId == me ? x.Room.Seller : x.Room.Buyer).Avatar,
                x.Room.Product.Title,
                ProductPhoto = x.Room.Product.Photos.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault(),
                Mine = x.Message.UserId == me,
                x.Message.Payload,
                x.Message.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        return messages.ConvertAll(m => new FoundMessage(
            m.Id, m.ChatRoomId, new Avatar(m.Counterpart, m.Photo), m.Counterpart, m.Title, m.ProductPhoto, m.Mine,
            Marked.Snippet(m.Payload, words), m.CreatedAt));
    }
}
