using MarketChat.Infrastructure.Data;
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
    public bool ShowsUnread => Messages.Any(m => !m.Mine && m.Id > ReadUpTo);
}

/// <summary>A page of messages, oldest first, and whether there are more beyond it.</summary>
public sealed record MessagePage(IReadOnlyList<MessageView> Messages, bool HasMore);

public sealed class RoomQuery(MarketDb db, DeletedUserLabel deletedUser)
{
    public const int PageSize = 40;

    /// <summary>The longest first page: as many as it takes to begin at the first unread message, up to this.</summary>
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

        var size = before is null && at is null ? await FirstPageSizeAsync(room, cancellationToken) : PageSize;
        var page = at is { } middle
            ? await PageAroundAsync(userId, roomId, middle, cancellationToken)
            : await PageBeforeAsync(userId, roomId, before ?? long.MaxValue, size, cancellationToken);
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

    private async Task<int> FirstPageSizeAsync(RoomView room, CancellationToken cancellationToken)
    {
        if (room.NewestMessageId <= room.ReadUpTo) return PageSize;
        var unread = await db.Messages.Where(m => m.ChatRoomId == room.Id && m.Id > room.ReadUpTo)
            .OrderBy(m => m.Id).Take(MaxFirstPage).CountAsync(cancellationToken);
        return Math.Clamp(unread + ContextBeforeUnread, PageSize, MaxFirstPage);
    }

    private async Task<MessagePage> PageBeforeAsync(int userId, int roomId, long before, int size, CancellationToken cancellationToken)
    {
        var messages = await db.Messages.Where(m => m.ChatRoomId == roomId && m.Id < before)
            .OrderByDescending(m => m.Id).Take(size + 1).Select(MessageView.For(userId)).ToListAsync(cancellationToken);
        return new MessagePage(messages.Take(size).Reverse().ToList(), messages.Count > size);
    }

    /// <summary>A page with a message in its middle; what "more" says is about the older ones.</summary>
    private async Task<MessagePage> PageAroundAsync(int userId, int roomId, long at, CancellationToken cancellationToken)
    {
        var upToIt = await PageBeforeAsync(userId, roomId, at < long.MaxValue ? at + 1 : at, (PageSize / 2) + 1, cancellationToken);
        return upToIt with { Messages = [.. upToIt.Messages,
            .. await PageAfterAsync(userId, roomId, at, PageSize / 2, cancellationToken)] };
    }

    private Task<List<MessageView>> PageAfterAsync(int userId, int roomId, long after, int count, CancellationToken cancellationToken) =>
        db.Messages.Where(m => m.ChatRoomId == roomId && m.Id > after)
            .OrderBy(m => m.Id).Take(count).Select(MessageView.For(userId)).ToListAsync(cancellationToken);

    private Task<bool> IsMineAsync(int userId, int roomId, CancellationToken cancellationToken) =>
        db.RoomMembers.AnyAsync(m => m.ChatRoomId == roomId && m.UserId == userId, cancellationToken);
}
