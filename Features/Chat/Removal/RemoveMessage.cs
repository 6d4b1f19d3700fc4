using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Infrastructure.Photos;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Removal;

public enum Removability
{
    /// <summary>There is no such message, or it is somebody else's.</summary>
    None,
    Open,
    TooLate,
    AlreadyRemoved,
}

/// <summary>
/// Takes a message of one's own back. The row stays, and with it ids, order and client id; what it said is gone, from the database's
/// bytes and from the disk.
/// </summary>
public sealed class RemoveMessage(MarketDb db, PhotoStore photos, LogEmptying log, Doorbell doorbell, TimeProvider time)
{
    /// <summary>From when it was sent. As long as in KakaoTalk, where most have learned it.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromHours(24);

    public static bool IsInTime(DateTime sentAt, DateTime now) => now - sentAt < LongestTime;

    /// <summary>The message, and whether it may be removed now.</summary>
    public async Task<(Removability Removability, MessageView? Message)> FindAsync(int me, int roomId, long messageId,
        CancellationToken cancellationToken)
    {
        var message = await MineIn(db.ChatRooms.Of(me).Where(r => r.Id == roomId), me, messageId).Select(MessageView.For(me))
            .FirstOrDefaultAsync(cancellationToken);
        return (message is null ? Removability.None : RemovabilityOf(message), message);
    }

    /// <summary>Removes it if it may be removed; to remove it once more changes nothing.</summary>
    /// <returns>What was found: after <see cref="Removability.Open"/> it is removed, and both people have been told.</returns>
    public async Task<Removability> ExecuteAsync(int me, int roomId, long messageId, CancellationToken cancellationToken)
    {
        var (found, _) = await FindAsync(me, roomId, messageId, cancellationToken);
        if (found is not Removability.Open) return found;

        if (await db.WriteAsync(token => EraseAsync(me, roomId, messageId, token), cancellationToken) is not { } erased)
        {
            return Removability.AlreadyRemoved;
        }

        doorbell.Ring(erased.BuyerId);
        doorbell.Ring(erased.SellerId);
        await photos.DeleteFilesAsync(erased.PhotoNames);
        await log.EmptyAsync();
        return Removability.Open;
    }

    private Removability RemovabilityOf(MessageView message) =>
        message.Removed ? Removability.AlreadyRemoved
        : IsInTime(message.SentAt, time.GetUtcNow().UtcDateTime) ? Removability.Open
        : Removability.TooLate;

    /// <returns>Null when somebody was faster: then nothing is raised.</returns>
    private async Task<Erased?> EraseAsync(int me, int roomId, long messageId, CancellationToken cancellationToken)
    {
        var room = db.ChatRooms.Where(r => r.Id == roomId);
        var message = MineIn(room, me, messageId).Where(m => m.RemovedAt == null);
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
                .SetProperty(x => x.RemovedAt, time.GetUtcMilliseconds())
                .SetProperty(x => x.Rev, erased.Rev),
            cancellationToken);
        await db.StoredPhotos.Named(erased.PhotoNames).ExecuteDeleteAsync(cancellationToken);
        await ReadWhatIsEmptyAsync(room, me, cancellationToken);
        return erased;
    }

    /// <summary>Where the other has nothing but removed messages left to read, nothing is left to read: no badge leads to them.</summary>
    private async Task ReadWhatIsEmptyAsync(IQueryable<ChatRoom> room, int me, CancellationToken cancellationToken)
    {
        await room
            .Where(r => r.SellerId == me && r.BuyerReadUpTo < r.LastSellerMessageId
                && !db.Messages.Any(m => m.ChatRoomId == r.Id && m.Id > r.BuyerReadUpTo && m.UserId != r.BuyerId && m.RemovedAt == null))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.BuyerReadUpTo, x => x.LastSellerMessageId), cancellationToken);
        await room
            .Where(r => r.BuyerId == me && r.SellerReadUpTo < r.LastBuyerMessageId
                && !db.Messages.Any(m => m.ChatRoomId == r.Id && m.Id > r.SellerReadUpTo && m.UserId != r.SellerId && m.RemovedAt == null))
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.SellerReadUpTo, x => x.LastBuyerMessageId), cancellationToken);
    }

    private IQueryable<Message> MineIn(IQueryable<ChatRoom> room, int me, long messageId) =>
        db.Messages.Where(m => m.Id == messageId && m.UserId == me && room.Any(r => r.Id == m.ChatRoomId));

    private sealed record Erased(int BuyerId, int SellerId, long Rev, IReadOnlyList<MessagePhoto>? Photos)
    {
        public List<string> PhotoNames { get; } = Photos?.Select(photo => photo.Name).ToList() ?? [];
    }
}
