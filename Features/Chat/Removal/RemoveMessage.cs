using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Removal;

public enum RemovalStatus
{
    /// <summary>There is no such message, or it is somebody else's.</summary>
    NotFound,
    Allowed,
    Expired,
    AlreadyRemoved,
}

/// <summary>
/// Takes a message of one's own back. The row stays, and with it ids, order and client id; what it said is gone, from the database's
/// bytes and from the disk.
/// </summary>
public sealed class RemoveMessage(MarketDb db, PhotoStore photos, WalCheckpointService log, ChangeNotifier notifier, TimeProvider time)
{
    /// <summary>From when it was sent. As long as in KakaoTalk, where most have learned it.</summary>
    public static readonly TimeSpan RemovalWindow = TimeSpan.FromHours(24);

    public static bool IsWithinWindow(DateTime sentAt, DateTime now) => now - sentAt < RemovalWindow;

    /// <summary>The message, and whether it may be removed now.</summary>
    public async Task<(RemovalStatus Removability, MessageView? Message)> FindAsync(int userId, int roomId, long messageId,
        CancellationToken cancellationToken)
    {
        var message = await OwnMessage(db.ChatRooms.ForUser(userId).Where(r => r.Id == roomId), userId, messageId)
            .Select(MessageView.For(userId))
            .FirstOrDefaultAsync(cancellationToken);
        return (message is null ? RemovalStatus.NotFound : GetStatus(message), message);
    }

    /// <summary>Removes it if it may be removed; to remove it once more changes nothing.</summary>
    /// <returns>What was found: after <see cref="RemovalStatus.Allowed"/> it is removed, and both people have been told.</returns>
    public async Task<RemovalStatus> ExecuteAsync(int userId, int roomId, long messageId, CancellationToken cancellationToken)
    {
        var (found, _) = await FindAsync(userId, roomId, messageId, cancellationToken);
        if (found is not RemovalStatus.Allowed) return found;

        if (await db.ExecuteInTransactionAsync(token => EraseAsync(userId, roomId, messageId, token), cancellationToken) is not { } erased)
        {
            return RemovalStatus.AlreadyRemoved;
        }

        notifier.NotifyChanged(erased.BuyerId);
        notifier.NotifyChanged(erased.SellerId);
        await photos.DeleteFilesAsync(erased.PhotoNames);
        await log.CheckpointAsync();
        return RemovalStatus.Allowed;
    }

    private RemovalStatus GetStatus(MessageView message) =>
        message.Removed ? RemovalStatus.AlreadyRemoved
        : IsWithinWindow(message.SentAt, time.GetUtcNow().UtcDateTime) ? RemovalStatus.Allowed
        : RemovalStatus.Expired;

    /// <returns>Null when somebody was faster: then nothing is raised.</returns>
    private async Task<Erased?> EraseAsync(int userId, int roomId, long messageId, CancellationToken cancellationToken)
    {
        var room = db.ChatRooms.Where(r => r.Id == roomId);
        var message = OwnMessage(room, userId, messageId).Where(m => m.RemovedAt == null);
        if (await room.Where(_ => message.Any()).ExecuteUpdateAsync(r => r.SetProperty(x => x.Rev, x => x.Rev + 1), cancellationToken) == 0)
        {
            return null;
        }

        var erased = await message.Select(m => new Erased(m.ChatRoom.BuyerId, m.ChatRoom.SellerId, m.ChatRoom.Rev, m.Photos))
            .SingleAsync(cancellationToken);
        await message.ExecuteUpdateAsync(
            m => m
                .SetProperty(x => x.Payload, "")
                .SetProperty(x => x.Photos, (IReadOnlyList<MessagePhoto>?)null)
                .SetProperty(x => x.RemovedAt, time.GetUtcNowInMilliseconds())
                .SetProperty(x => x.Rev, erased.Rev),
            cancellationToken);
        await db.StoredPhotos.Named(erased.PhotoNames).ExecuteDeleteAsync(cancellationToken);
        await AdvanceMarkersPastRemovedAsync(room, userId, cancellationToken);
        return erased;
    }

    /// <summary>Where the other has nothing but removed messages left to read, nothing is left to read: no badge leads to them.</summary>
    private async Task AdvanceMarkersPastRemovedAsync(IQueryable<ChatRoom> room, int userId, CancellationToken cancellationToken)
    {
        await room
            .Where(r => r.SellerId == userId && r.BuyerLastReadMessageId < r.LastSellerMessageId
                && !db.Messages.Any(m =>
                    m.ChatRoomId == r.Id && m.Id > r.BuyerLastReadMessageId && m.UserId != r.BuyerId && m.RemovedAt == null))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.BuyerLastReadMessageId, x => x.LastSellerMessageId), cancellationToken);
        await room
            .Where(r => r.BuyerId == userId && r.SellerLastReadMessageId < r.LastBuyerMessageId
                && !db.Messages.Any(m =>
                    m.ChatRoomId == r.Id && m.Id > r.SellerLastReadMessageId && m.UserId != r.SellerId && m.RemovedAt == null))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.SellerLastReadMessageId, x => x.LastBuyerMessageId), cancellationToken);
    }

    private IQueryable<Message> OwnMessage(IQueryable<ChatRoom> room, int userId, long messageId) =>
        db.Messages.Where(m => m.Id == messageId && m.UserId == userId && room.Any(r => r.Id == m.ChatRoomId));

    private sealed record Erased(int BuyerId, int SellerId, long Rev, IReadOnlyList<MessagePhoto>? Photos)
    {
        public List<string> PhotoNames { get; } = Photos?.Select(photo => photo.Name).ToList() ?? [];
    }
}
