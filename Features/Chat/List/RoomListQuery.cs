using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Localization;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.List;

/// <summary>
/// A room in the chat list. <see cref="Unread"/> is the number of unread messages, at most <see cref="RoomListQuery.MaxUnreadCount"/>.
/// </summary>
public sealed record RoomCard(
    int Id, string Counterpart, string? CounterpartPhoto, string ProductTitle, string? ProductPhoto,
    LastMessage? Last, DateTime UpdatedAt, int Unread);

/// <summary>The newest message of a room, with the fields that its preview needs.</summary>
public sealed record LastMessage(string Payload, bool Removed, string Kind, string? Data)
{
    public string Describe(MessagePreview preview) => preview.Describe(Payload, Removed, Kind, Data);
}

/// <summary>A page of the user's rooms, newest activity first; <see cref="NextCursor"/> is null on the last page.</summary>
public sealed record RoomList(IReadOnlyList<RoomCard> Rooms, RoomListCursor? NextCursor, int? ProductId, bool IsNewest);

/// <summary>The end of a page of the list: the last room's time and id. As text "639012345678901234-17".</summary>
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

public sealed class RoomListQuery(MarketDb db, DeletedUserLabel deletedUser)
{
    public const int PageSize = 20;
    public const int MaxUnreadCount = 100;

    /// <summary>
    /// Returns a page of the user's rooms. It is one statement that reads along an index, so its cost does not depend on the number of
    /// rooms.
    /// </summary>
    public async Task<RoomList> PageAsync(int userId, int? productId, RoomListCursor? before, CancellationToken cancellationToken)
    {
        var deletedUserName = deletedUser.Name;
        var rooms = await NewestFirst(db.RoomMembers.Where(m => m.UserId == userId), productId, before).WithOther(db)
            .LeftJoin(
                db.Messages,
                pair => pair.Mine.LastIncomingMessageId > pair.Other.LastIncomingMessageId
                    ? pair.Mine.LastIncomingMessageId : pair.Other.LastIncomingMessageId,
                message => message.Id,
                (pair, last) => new { pair.Mine, pair.Other, Last = last })
            .Select(x => new RoomCard(
                x.Mine.ChatRoomId,
                x.Other.User.UserName ?? deletedUserName,
                x.Other.User.Avatar,
                x.Mine.ChatRoom.Product.Title,
                x.Mine.ChatRoom.Product.Photos.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault(),
                x.Last == null ? null : new LastMessage(x.Last.Payload, x.Last.RemovedAt != null, x.Last.Kind, x.Last.Data),
                x.Mine.LastActivityAt,
                x.Mine.LastIncomingMessageId <= x.Mine.LastReadMessageId ? 0
                    : db.Messages
                        .Where(m => m.ChatRoomId == x.Mine.ChatRoomId && m.Id > x.Mine.LastReadMessageId && m.UserId != userId
                            && m.RemovedAt == null)
                        .OrderBy(m => m.Id).Take(MaxUnreadCount).Count()))
            .ToListAsync(cancellationToken);
        var next = rooms.Count > PageSize ? new RoomListCursor(rooms[PageSize - 1].UpdatedAt, rooms[PageSize - 1].Id) : null;
        return new RoomList(rooms.Take(PageSize).ToList(), next, productId, IsNewest: before is null);
    }

    // Reads one room more than a page, which tells whether there is a next page.
    private static IQueryable<RoomMember> NewestFirst(IQueryable<RoomMember> members, int? productId, RoomListCursor? before)
    {
        if (productId is not null) members = members.Where(m => m.ChatRoom.ProductId == productId);
        if (before is not null)
        {
            members = members.Where(m => m.LastActivityAt < before.UpdatedAt
                || (m.LastActivityAt == before.UpdatedAt && m.ChatRoomId < before.Id));
        }

        return members.OrderByDescending(m => m.LastActivityAt).ThenByDescending(m => m.ChatRoomId).Take(PageSize + 1);
    }
}
