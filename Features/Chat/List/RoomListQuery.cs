using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Localization;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.List;

/// <summary>
/// A room as the list shows it. <see cref="Unread"/> counts what there is to read, no further than <see
/// cref="RoomListQuery.MaxUnreadCount"/>.
/// </summary>
public sealed record RoomCard(
    int Id, string Counterpart, string? CounterpartPhoto, string ProductTitle, string? ProductPhoto,
    LastMessage? Last, DateTime UpdatedAt, int Unread);

/// <summary>What was said last, as far as words can tell it.</summary>
public sealed record LastMessage(string Payload, bool Removed, IReadOnlyList<MessagePhoto>? Photos)
{
    public string Describe(MessagePreview preview) => preview.Describe(Payload, Removed, Photos?.Count ?? 0);
}

/// <summary>A page of one's rooms, newest activity first; <see cref="NextCursor"/> leads to the next page, where there is one.</summary>
public sealed record RoomList(IReadOnlyList<RoomCard> Rooms, RoomListCursor? NextCursor, int? ProductId, bool IsNewest);

/// <summary>Where a page of the list ended: the last room's time and id. As text "639012345678901234-17".</summary>
public sealed record RoomListCursor(DateTime UpdatedAt, int Id)
{
    public static bool TryParse(string? text, out RoomListCursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (text.Split('-') is not [var ticks, var id]) return false;
        if (!long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var roomId)) return false;
        cursor = new RoomListCursor(new DateTime(at, DateTimeKind.Utc), roomId);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{UpdatedAt.Ticks}-{Id}");
}

public sealed class RoomListQuery(MarketDb db, DeletedUserLabel closed)
{
    public const int PageSize = 20;
    public const int MaxUnreadCount = 100;

    /// <summary>
    /// One statement, however many rooms there are: a page off the buyer's index and a page off the seller's, merged.
    /// </summary>
    public async Task<RoomList> PageAsync(int userId, int? productId, RoomListCursor? before, CancellationToken cancellationToken)
    {
        var nobody = closed.Name;
        var bought = NewestFirst(db.ChatRooms.Where(r => r.BuyerId == userId), productId, before);
        var sold = NewestFirst(db.ChatRooms.Where(r => r.SellerId == userId), productId, before);
        var rooms = await NewestFirst(bought.Concat(sold))
            .LeftJoin(
                db.Messages,
                r => r.LastBuyerMessageId > r.LastSellerMessageId ? r.LastBuyerMessageId : r.LastSellerMessageId,
                m => m.Id,
                (r, last) => new { Room = r, Last = last })
            .Select(x => new RoomCard(
                x.Room.Id,
                (x.Room.BuyerId == userId ? x.Room.Seller : x.Room.Buyer).UserName ?? nobody,
                (x.Room.BuyerId == userId ? x.Room.Seller : x.Room.Buyer).Avatar,
                x.Room.Product.Title,
                x.Room.Product.Photos.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault(),
                x.Last == null ? null : new LastMessage(x.Last.Payload, x.Last.RemovedAt != null, x.Last.Photos),
                x.Room.UpdatedAt,
                x.Room.BuyerId == userId
                    ? x.Room.LastSellerMessageId <= x.Room.BuyerLastReadMessageId ? 0
                        : db.Messages
                            .Where(m => m.ChatRoomId == x.Room.Id && m.Id > x.Room.BuyerLastReadMessageId && m.UserId != userId
                                && m.RemovedAt == null)
                            .OrderBy(m => m.Id).Take(MaxUnreadCount).Count()
                    : x.Room.LastBuyerMessageId <= x.Room.SellerLastReadMessageId ? 0
                        : db.Messages
                            .Where(m => m.ChatRoomId == x.Room.Id && m.Id > x.Room.SellerLastReadMessageId && m.UserId != userId
                                && m.RemovedAt == null)
                            .OrderBy(m => m.Id).Take(MaxUnreadCount).Count()))
            .ToListAsync(cancellationToken);
        var older = rooms.Count > PageSize ? new RoomListCursor(rooms[PageSize - 1].UpdatedAt, rooms[PageSize - 1].Id) : null;
        return new RoomList(rooms.Take(PageSize).ToList(), older, productId, IsNewest: before is null);
    }

    private static IQueryable<ChatRoom> NewestFirst(IQueryable<ChatRoom> rooms, int? productId, RoomListCursor? before)
    {
        if (productId is not null) rooms = rooms.Where(r => r.ProductId == productId);
        if (before is not null)
        {
            rooms = rooms.Where(r => r.UpdatedAt < before.UpdatedAt || (r.UpdatedAt == before.UpdatedAt && r.Id < before.Id));
        }

        return NewestFirst(rooms);
    }

    // One more than a page, to know whether there is a next one.
    private static IQueryable<ChatRoom> NewestFirst(IQueryable<ChatRoom> rooms) =>
        rooms.OrderByDescending(r => r.UpdatedAt).ThenByDescending(r => r.Id).Take(PageSize + 1);
}
