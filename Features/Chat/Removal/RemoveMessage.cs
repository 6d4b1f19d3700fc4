using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Removal;

public enum RemovalStatus
{
    /// <summary>The message does not exist, or another user sent it.</summary>
    NotFound,
    Allowed,
    Expired,
    AlreadyRemoved,
}

/// <summary>
/// Removes one of the user's own messages. The row remains, with its id, order and client id; the content is erased from the database file
/// and from the disk.
/// </summary>
public sealed class RemoveMessage(MarketDb db, RoomWriter rooms, PhotoStore photos, TimeProvider time)
{
    /// <summary>The time after sending in which a message can be removed. It is the same as in KakaoTalk, which most users know.</summary>
    public static readonly TimeSpan RemovalWindow = TimeSpan.FromHours(24);

    public static bool IsWithinWindow(DateTime sentAt, DateTime now) => now - sentAt < RemovalWindow;

    /// <summary>Finds a message of the user's own, and whether it may be removed now.</summary>
    public async Task<(RemovalStatus Status, MessageView? Message)> FindAsync(
        int userId, int roomId, long messageId, CancellationToken cancellationToken)
    {
        var message = await OwnMessage(db, userId, roomId, messageId).Select(MessageView.For(userId))
            .FirstOrDefaultAsync(cancellationToken);
        return (message is null ? RemovalStatus.NotFound : GetStatus(message), message);
    }

    /// <summary>Removes a message if it may be removed. Removing it again changes nothing.</summary>
    /// <returns>The status that was found. After <see cref="RemovalStatus.Allowed"/> the message is removed.</returns>
    public async Task<RemovalStatus> ExecuteAsync(int userId, int roomId, long messageId, CancellationToken cancellationToken)
    {
        var (status, _) = await FindAsync(userId, roomId, messageId, cancellationToken);
        if (status is not RemovalStatus.Allowed) return status;

        var (_, photoNames) = await rooms.WriteAsync(userId, roomId, change => EraseAsync(change, messageId), cancellationToken);
        if (photoNames is null) return RemovalStatus.AlreadyRemoved;

        await photos.DeleteFilesAsync(photoNames);
        db.Engine.PurgeErasedContent();
        return RemovalStatus.Allowed;
    }

    private RemovalStatus GetStatus(MessageView message) =>
        message.Removed ? RemovalStatus.AlreadyRemoved
        : IsWithinWindow(message.SentAt, time.GetUtcNow().UtcDateTime) ? RemovalStatus.Allowed
        : RemovalStatus.Expired;

    /// <returns>The names of the message's photos; null when another request has removed it meanwhile.</returns>
    private async Task<List<string>?> EraseAsync(RoomChange change, long messageId)
    {
        var message = OwnMessage(change.Db, change.UserId, change.RoomId, messageId).Where(m => m.RemovedAt == null);
        var photoNames = await message.PhotoNamesAsync(CancellationToken.None);
        var removed = await message.ExecuteUpdateAsync(m => m
            .SetProperty(x => x.Payload, "")
            .SetProperty(x => x.SearchText, "")
            .SetProperty(x => x.Data, (string?)null)
            .SetProperty(x => x.RemovedAt, time.GetUtcNowInMilliseconds())
            .SetProperty(x => x.Rev, change.Rev));
        if (removed == 0) return null;

        await change.Db.StoredPhotos.Named(photoNames).ExecuteDeleteAsync();
        await AdvanceMarkersPastRemovedAsync(change);
        return photoNames;
    }

    /// <summary>
    /// If every unread message has been removed, advances the other member's read marker, so that the badge does not point at a room with
    /// nothing to read.
    /// </summary>
    private static Task<int> AdvanceMarkersPastRemovedAsync(RoomChange change) => change.Db.RoomMembers
        .Where(member => member.ChatRoomId == change.RoomId && member.UserId != change.UserId
            && member.LastReadMessageId < member.LastIncomingMessageId
            && !change.Db.Messages.Any(m => m.ChatRoomId == member.ChatRoomId && m.Id > member.LastReadMessageId
                && m.UserId == change.UserId && m.RemovedAt == null))
        .ExecuteUpdateAsync(member => member.SetProperty(m => m.LastReadMessageId, m => m.LastIncomingMessageId));

    private static IQueryable<Message> OwnMessage(MarketDb db, int userId, int roomId, long messageId) =>
        db.Messages.Where(m => m.Id == messageId && m.UserId == userId && m.ChatRoomId == roomId
            && m.ChatRoom.Members.Any(member => member.UserId == userId));
}
