using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Localization;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>
/// The model of the room page: the counterpart, the product, and a page of messages. In a closed room the counterpart has deleted their
/// account, and nothing can be sent.
/// </summary>
public sealed record RoomView(
    int Id, long Rev, bool IsClosed, string Counterpart, string? CounterpartPhoto,
    int ProductId, bool ProductIsAvailable, string ProductTitle, int ProductPrice, string? ProductPhoto,
    long ReadUpTo, long CounterpartReadUpTo, long NewestMessageId, bool IsMuted)
{
    public IReadOnlyList<MessageView> Messages { get; init; } = [];
    public bool HasOlder { get; init; }
    public bool HasNewer { get; init; }

    /// <summary>
    /// Whether the page shows unread messages and no unread message precedes the page. Only then may the read marker advance to the end of
    /// the page.
    /// </summary>
    public bool ContinuesReading =>
        Messages.Any(m => !m.Mine && m.Id > ReadUpTo) && (!HasOlder || Messages[0].Id <= ReadUpTo);
}

/// <summary>A page of messages, oldest first, and whether there are more messages beyond it.</summary>
public sealed record MessagePage(IReadOnlyList<MessageView> Messages, bool HasMore);

public sealed class RoomQuery(MarketDb db, DeletedUserLabel deletedUser)
{
    public const int PageSize = 40;

    /// <summary>The maximum length of the first page, which grows to start at the first unread message.</summary>
    public const int MaxFirstPage = 100;

    private const int ContextBeforeUnread = 10;

    /// <summary>
    /// Returns the room for a member, with its newest messages, those before a message or those around a message; null if the user is not a
    /// member of the room.
    /// </summary>
    public async Task<RoomView?> OpenAsync(int userId, int roomId, long? before, long? at, CancellationToken cancellationToken)
    {
        var deletedUserName = deletedUser.Name;
        var room = await db.RoomMembers.Where(m => m.ChatRoomId == roomId && m.UserId == userId).WithOther(db)
            .Select(pair => new RoomView(
                roomId,
                pair.Mine.ChatRoom.Rev,
                pair.Mine.ChatRoom.ClosedAt != null,
                pair.Other.User.UserName ?? deletedUserName,
                pair.Other.User.Avatar,
                pair.Mine.ChatRoom.ProductId,
                pair.Mine.ChatRoom.Product.DelistedAt == null,
                pair.Mine.ChatRoom.Product.Title,
                pair.Mine.ChatRoom.Product.Price,
                pair.Mine.ChatRoom.Product.Photos.OrderBy(p => p.Position).Select(p => p.Name).FirstOrDefault(),
                pair.Mine.LastReadMessageId,
                pair.Other.LastReadMessageId,
                Math.Max(pair.Mine.LastIncomingMessageId, pair.Other.LastIncomingMessageId),
                pair.Mine.IsMuted))
            .FirstOrDefaultAsync(cancellationToken);
        if (room is null) return null;

        var page = (at, before) switch
        {
            ({ } middle, _) => await PageAroundAsync(userId, roomId, middle, PageSize / 2, PageSize / 2, cancellationToken),
            (_, { } end) => await PageBeforeAsync(userId, roomId, end, PageSize, cancellationToken),
            _ => await FirstPageAsync(userId, room, cancellationToken),
        };
        var hasNewer = page.Messages.Count > 0 && page.Messages[^1].Id < room.NewestMessageId;
        return room with { Messages = page.Messages, HasOlder = page.HasMore, HasNewer = hasNewer };
    }

    /// <summary>Returns the page of messages before a message; null if the user is not a member of the room.</summary>
    public async Task<MessagePage?> HistoryBeforeAsync(int userId, int roomId, long before, CancellationToken cancellationToken) =>
        await IsMemberAsync(userId, roomId, cancellationToken) ? await PageBeforeAsync(userId, roomId, before, PageSize, cancellationToken)
            : null;

    /// <summary>
    /// Returns the page of messages after a message, for a reader who scrolls forward again after scrolling far back; null if the user is
    /// not a member of the room.
    /// </summary>
    public async Task<MessagePage?> HistoryAfterAsync(int userId, int roomId, long after, CancellationToken cancellationToken)
    {
        if (!await IsMemberAsync(userId, roomId, cancellationToken)) return null;
        var messages = await PageAfterAsync(userId, roomId, after, PageSize + 1, cancellationToken);
        return new MessagePage(messages.Take(PageSize).ToList(), messages.Count > PageSize);
    }

    /// <summary>
    /// Returns the newest messages, from the first unread message on. If that is more than the maximum, the page starts at the first unread
    /// message and ends before the newest.
    /// </summary>
    private async Task<MessagePage> FirstPageAsync(int userId, RoomView room, CancellationToken cancellationToken)
    {
        var unread = room.NewestMessageId <= room.ReadUpTo ? 0
            : await db.Messages.Where(m => m.ChatRoomId == room.Id && m.Id > room.ReadUpTo)
                .OrderBy(m => m.Id).Take(MaxFirstPage).CountAsync(cancellationToken);
        var size = Math.Max(PageSize, unread + ContextBeforeUnread);
        return size <= MaxFirstPage
            ? await PageBeforeAsync(userId, room.Id, long.MaxValue, size, cancellationToken)
            : await PageAroundAsync(
                userId, room.Id, room.ReadUpTo, ContextBeforeUnread, MaxFirstPage - ContextBeforeUnread, cancellationToken);
    }

    private async Task<MessagePage> PageBeforeAsync(int userId, int roomId, long before, int size, CancellationToken cancellationToken)
    {
        var messages = await db.Messages.Where(m => m.ChatRoomId == roomId && m.Id < before)
            .OrderByDescending(m => m.Id).Take(size + 1).Select(MessageView.For(userId)).ToListAsync(cancellationToken);
        return new MessagePage(messages.Take(size).Reverse().ToList(), messages.Count > size);
    }

    /// <summary>Returns the messages up to and after a message. <see cref="MessagePage.HasMore"/> is about older messages.</summary>
    private async Task<MessagePage> PageAroundAsync(
        int userId, int roomId, long messageId, int upTo, int after, CancellationToken cancellationToken)
    {
        var end = messageId < long.MaxValue ? messageId + 1 : messageId;
        var page = await PageBeforeAsync(userId, roomId, end, upTo + 1, cancellationToken);
        return page with { Messages = [.. page.Messages, .. await PageAfterAsync(userId, roomId, messageId, after, cancellationToken)] };
    }

    private Task<List<MessageView>> PageAfterAsync(int userId, int roomId, long after, int count, CancellationToken cancellationToken) =>
        db.Messages.Where(m => m.ChatRoomId == roomId && m.Id > after)
            .OrderBy(m => m.Id).Take(count).Select(MessageView.For(userId)).ToListAsync(cancellationToken);

    private Task<bool> IsMemberAsync(int userId, int roomId, CancellationToken cancellationToken) =>
        db.RoomMembers.AnyAsync(m => m.ChatRoomId == roomId && m.UserId == userId, cancellationToken);
}
