using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>
/// What changed in a room after a rev, and what goes with every answer: the bell's number to bring along next time, the badge's
/// count, and how far the other has read. <see cref="Reset"/> says that the asker's rev is none of this database's (a backup was
/// restored), and that the room must be loaded anew; <see cref="Closed"/> that the other has closed their account.
/// </summary>
public sealed record Changes(
    long Rev, long Bell, int UnreadRooms, long CounterpartReadUpTo, bool HasMore, IReadOnlyList<MessageView> Messages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Reset = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Closed = false);

public sealed class RoomChanges(MarketDb db, Doorbell doorbell)
{
    public const int MostPerAnswer = 100;

    /// <summary>The changes after <paramref name="after"/>, or null when the room is not among one's rooms.</summary>
    public async Task<Changes?> AfterAsync(int me, int roomId, long after, CancellationToken cancellationToken)
    {
        var bell = doorbell.Current(me); // Before the look: a ring during it is heard next time.
        var room = await db.ChatRooms.Of(me).Where(r => r.Id == roomId)
            .Select(r => new { r.Rev, IsClosed = r.ClosedAt != null, CounterpartReadUpTo = r.BuyerId == me ? r.SellerReadUpTo : r.BuyerReadUpTo })
            .FirstOrDefaultAsync(cancellationToken);
        if (room is null) return null;

        var unreadRooms = await db.ChatRooms.CountUnreadAsync(me, cancellationToken);
        if (after == room.Rev) return new Changes(room.Rev, bell, unreadRooms, room.CounterpartReadUpTo, HasMore: false, [], Closed: room.IsClosed);
        if (after != 0 && !ChatRoom.CanHaveLedTo(after, room.Rev)) return new Changes(room.Rev, bell, unreadRooms, room.CounterpartReadUpTo, HasMore: false, [], Reset: true);

        var messages = after == 0
            ? await NewestAsync(me, roomId, cancellationToken)
            : await AfterRevAsync(me, roomId, after, cancellationToken);
        var hasMore = messages.Count > MostPerAnswer;
        if (hasMore) messages.RemoveAt(MostPerAnswer);

        // The messages were read after the room's rev, so they may reach beyond it, but never leave a gap before it.
        var rev = hasMore ? messages[^1].Rev : Math.Max(room.Rev, messages.Count == 0 ? 0 : messages.Max(m => m.Rev));
        return new Changes(rev, bell, unreadRooms, room.CounterpartReadUpTo, hasMore, messages.ConvertAll(m => m.View), Closed: room.IsClosed);
    }

    private Task<List<Stamped>> AfterRevAsync(int me, int roomId, long after, CancellationToken cancellationToken) =>
        db.Messages.Where(m => m.ChatRoomId == roomId && m.Rev > after).OrderBy(m => m.Rev).Take(MostPerAnswer + 1)
            .Select(m => new Stamped(m.Rev, new MessageView(m.Id, m.ClientId, m.UserId, m.UserId == me, m.Payload, m.CreatedAt, m.RemovedAt != null, PhotoSize.Of(m.Photos))))
            .ToListAsync(cancellationToken);

    private async Task<List<Stamped>> NewestAsync(int me, int roomId, CancellationToken cancellationToken)
    {
        var newest = await db.Messages.Where(m => m.ChatRoomId == roomId).OrderByDescending(m => m.Id).Take(RoomQuery.PageSize)
            .Select(m => new Stamped(m.Rev, new MessageView(m.Id, m.ClientId, m.UserId, m.UserId == me, m.Payload, m.CreatedAt, m.RemovedAt != null, PhotoSize.Of(m.Photos))))
            .ToListAsync(cancellationToken);
        newest.Reverse();
        return newest;
    }

    private sealed record Stamped(long Rev, MessageView View);
}
