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

    // Asked by every open page whenever something happens, so EF Core works out their SQL once.
    private static readonly Func<MarketDb, int, int, CancellationToken, Task<State?>> _state = EF.CompileAsyncQuery(
        (MarketDb db, int me, int roomId, CancellationToken _) => db.ChatRooms
            .Where(r => r.Id == roomId && (r.BuyerId == me || r.SellerId == me))
            .Select(r => new State(
                r.Rev, r.ClosedAt != null, r.BuyerId == me ? r.SellerReadUpTo : r.BuyerReadUpTo,
                db.ChatRooms.Where(c => c.BuyerId == me).Count(ChatRoomQueries.UnreadByBuyer)
                    + db.ChatRooms.Where(c => c.SellerId == me).Count(ChatRoomQueries.UnreadBySeller)))
            .FirstOrDefault());

    private static readonly Func<MarketDb, int, int, long, IAsyncEnumerable<Stamped>> _afterRev = EF.CompileAsyncQuery(
        (MarketDb db, int me, int roomId, long after) => db.Messages
            .Where(m => m.ChatRoomId == roomId && m.Rev > after).OrderBy(m => m.Rev).Take(MostPerAnswer + 1)
            .Select(m => new Stamped(m.Rev, new MessageView(m.Id, m.ClientId, m.UserId, m.UserId == me, m.Payload, m.CreatedAt,
                m.RemovedAt != null, PhotoSize.Of(m.Photos)))));

    /// <summary>The changes after <paramref name="after"/>, or null when the room is not among one's rooms.</summary>
    public async Task<Changes?> AfterAsync(int me, int roomId, long after, CancellationToken cancellationToken)
    {
        var bell = doorbell.Current(me); // Before the look: a ring during it is heard next time.
        var room = await _state(db, me, roomId, cancellationToken);
        if (room is null) return null;

        if (after == room.Rev)
        {
            return new Changes(room.Rev, bell, room.UnreadRooms, room.CounterpartReadUpTo, HasMore: false, [], Closed: room.IsClosed);
        }

        if (after != 0 && !ChatRoom.CanHaveLedTo(after, room.Rev))
        {
            return new Changes(room.Rev, bell, room.UnreadRooms, room.CounterpartReadUpTo, HasMore: false, [], Reset: true);
        }

        var messages = after == 0
            ? await NewestAsync(me, roomId, cancellationToken)
            : await _afterRev(db, me, roomId, after).ToListAsync(cancellationToken);
        var hasMore = messages.Count > MostPerAnswer;
        if (hasMore) messages.RemoveAt(MostPerAnswer);

        // The messages were read after the room's rev, so they may reach beyond it, but never leave a gap before it.
        var rev = hasMore ? messages[^1].Rev : Math.Max(room.Rev, messages.Count == 0 ? 0 : messages.Max(m => m.Rev));
        return new Changes(rev, bell, room.UnreadRooms, room.CounterpartReadUpTo, hasMore, messages.ConvertAll(m => m.View),
            Closed: room.IsClosed);
    }

    private async Task<List<Stamped>> NewestAsync(int me, int roomId, CancellationToken cancellationToken)
    {
        var newest = await db.Messages.Where(m => m.ChatRoomId == roomId).OrderByDescending(m => m.Id).Take(RoomQuery.PageSize)
            .Select(m => new Stamped(m.Rev, new MessageView(m.Id, m.ClientId, m.UserId, m.UserId == me, m.Payload, m.CreatedAt,
                m.RemovedAt != null, PhotoSize.Of(m.Photos))))
            .ToListAsync(cancellationToken);
        newest.Reverse();
        return newest;
    }

    private sealed record State(long Rev, bool IsClosed, long CounterpartReadUpTo, int UnreadRooms);

    private sealed record Stamped(long Rev, MessageView View);
}
