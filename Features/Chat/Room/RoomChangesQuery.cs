using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>
/// What changed in a room after a rev, and what goes with every answer: the bell's number to bring along next time, the badge's
/// count, and how far the other has read. <see cref="Reset"/> says that the asker's rev is none of this database's (a backup was
/// restored), and that the room must be loaded anew; <see cref="Closed"/> that the other has closed their account.
/// </summary>
public sealed record RoomChangesResponse(
    long Rev, long Version, int UnreadRooms, long CounterpartReadUpTo, bool HasMore, IReadOnlyList<MessageView> Messages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Reset = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Closed = false);

public sealed class RoomChangesQuery(MarketDb db, ChangeNotifier notifier)
{
    public const int MaxPerResponse = 100;

    // Asked by every open page whenever something happens, so EF Core works out their SQL once.
    private static readonly Func<MarketDb, int, int, CancellationToken, Task<RoomState?>> _state = EF.CompileAsyncQuery(
        (MarketDb db, int userId, int roomId, CancellationToken _) => db.RoomMembers
            .Where(mine => mine.ChatRoomId == roomId && mine.UserId == userId)
            .Join(db.RoomMembers, mine => mine.ChatRoomId, other => other.ChatRoomId, (mine, other) => new { mine.ChatRoom, other })
            .Where(room => room.other.UserId != userId)
            .Select(room => new RoomState(
                room.ChatRoom.Rev, room.ChatRoom.ClosedAt != null, room.other.LastReadMessageId,
                db.RoomMembers.Where(m => m.UserId == userId).Count(RoomMemberQueries.IsUnread)))
            .FirstOrDefault());

    private static readonly Func<MarketDb, int, int, long, IAsyncEnumerable<RevisionedMessage>> _afterRev = EF.CompileAsyncQuery(
        (MarketDb db, int userId, int roomId, long after) => db.Messages
            .Where(m => m.ChatRoomId == roomId && m.Rev > after).OrderBy(m => m.Rev).Take(MaxPerResponse + 1)
            .Select(m => new RevisionedMessage(m.Rev,
                new MessageView(m.Id, m.ClientId, m.UserId, m.UserId == userId, m.Payload, m.CreatedAt,
                m.RemovedAt != null, m.Kind, m.Data))));

    /// <summary>The changes after <paramref name="after"/>, or null when the room is not among one's rooms.</summary>
    public async Task<RoomChangesResponse?> GetSinceAsync(int userId, int roomId, long after, CancellationToken cancellationToken)
    {
        var version = notifier.GetVersion(userId); // Before the look: a ring during it is heard next time.
        var room = await _state(db, userId, roomId, cancellationToken);
        if (room is null) return null;

        if (after == room.Rev)
        {
            return new RoomChangesResponse(room.Rev, version, room.UnreadRooms, room.CounterpartReadUpTo, HasMore: false, [],
                Closed: room.IsClosed);
        }

        if (after != 0 && !ChatRoom.IsSameHistory(after, room.Rev))
        {
            return new RoomChangesResponse(room.Rev, version, room.UnreadRooms, room.CounterpartReadUpTo, HasMore: false, [], Reset: true);
        }

        var messages = after == 0
            ? await NewestAsync(userId, roomId, cancellationToken)
            : await _afterRev(db, userId, roomId, after).ToListAsync(cancellationToken);
        var hasMore = messages.Count > MaxPerResponse;
        if (hasMore) messages.RemoveAt(MaxPerResponse);

        // The messages were read after the room's rev, so they may reach beyond it, but never leave a gap before it.
        var rev = hasMore ? messages[^1].Rev : Math.Max(room.Rev, messages.Count == 0 ? 0 : messages.Max(m => m.Rev));
        return new RoomChangesResponse(rev, version, room.UnreadRooms, room.CounterpartReadUpTo, hasMore, messages.ConvertAll(m => m.View),
            Closed: room.IsClosed);
    }

    private async Task<List<RevisionedMessage>> NewestAsync(int userId, int roomId, CancellationToken cancellationToken)
    {
        var newest = await db.Messages.Where(m => m.ChatRoomId == roomId).OrderByDescending(m => m.Id).Take(RoomQuery.PageSize)
            .Select(m => new RevisionedMessage(m.Rev,
                new MessageView(m.Id, m.ClientId, m.UserId, m.UserId == userId, m.Payload, m.CreatedAt,
                m.RemovedAt != null, m.Kind, m.Data)))
            .ToListAsync(cancellationToken);
        newest.Reverse();
        return newest;
    }

    private sealed record RoomState(long Rev, bool IsClosed, long CounterpartReadUpTo, int UnreadRooms);

    private sealed record RevisionedMessage(long Rev, MessageView View);
}
