using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Localization;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>
/// What the room page shows: the two people, the product, and a page of messages. In a closed room the other has left, and there is
/// nobody to write to.
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
    /// Whether the page shows unread messages, and none that it does not show lie before them. Only then may the read marker move to its
    /// end.
    /// </summary>
    public bool ContinuesReading =>
        Messages.Any(m => !m.Mine && m.Id > ReadUpTo) && (!HasOlder || Messages[0].Id <= ReadUpTo);
}

/// <summary>A page of messages, oldest first, and whether there are more beyond it.</summary>
public sealed record MessagePage(IReadOnlyList<MessageView> Messages, bool HasMore);

public sealed class RoomQuery(MarketDb db, DeletedUserLabel deletedUser)
{
    public const int PageSize = 40;

    /// <summary>The greatest length of the first page, which is as long as it takes to begin at the first unread message.</summary>
    public const int MaxFirstPage = 100;

    private const int ContextBeforeUnread = 10;

    /// <summary>
    /// The room as one of its two people opens it, at its newest messages, at those before a message or at those around one; null when it
    /// is not among their rooms.
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

    /// <summary>The page of messages that lies before a message, or null when the room is not among one's rooms.</summary>
    public async Task<MessagePage?> HistoryBeforeAsync(int userId, int roomId, long before, CancellationToken cancellationToken) =>
        await IsMineAsync(userId, roomId, cancellationToken) ? await PageBeforeAsync(userId, roomId, before, PageSize, cancellationToken)
            : null;

    /// <summary>The page of messages that lies after a message, for someone who has scrolled far back and comes forward again.</summary>
    public async Task<MessagePage?> HistoryAfterAsync(int userId, int roomId, long after, CancellationToken cancellationToken)
    {
        if (!await IsMineAsync(userId, roomId, cancellationToken)) return null;
        var messages = await PageAfterAsync(userId, roomId, after, PageSize + 1, cancellationToken);
        return new MessagePage(messages.Take(PageSize).ToList(), messages.Count > PageSize);
    }

    /// <summary>
    /// The newest messages, from the first unread one on. If they are more than a page holds, the page begins at the first unread one and
    /// ends before the newest.
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

    /// <summary>The messages around one: up to it, and after it. The page's HasMore is about older ones.</summary>
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

    private Task<bool> IsMineAsync(int userId, int roomId, CancellationToken cancellationToken) =>
        db.RoomMembers.AnyAsync(m => m.ChatRoomId == roomId && m.UserId == userId, cancellationToken);
}
