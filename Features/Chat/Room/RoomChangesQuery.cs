using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>
/// The changes in a room after a rev. Every response also carries the version for the next poll, the number of unread rooms and the
/// counterpart's read marker. <see cref="Reset"/> means that the client's rev belongs to another history, because a backup was restored,
/// and that the client must reload the room. <see cref="Closed"/> means that the counterpart has deleted their account.
/// </summary>
public sealed record RoomChangesResponse(
    long Rev, long Version, int UnreadRooms, long CounterpartReadUpTo, bool HasMore, IReadOnlyList<MessageView> Messages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Reset = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Closed = false);

public sealed class RoomChangesQuery(MarketDb db, ChangeNotifier notifier)
{
    public const int MaxPerResponse = 100;

    // Every open page runs these queries after each change, so EF Core compiles them once.
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

    /// <summary>Returns the changes after the rev <paramref name="after"/>; null if the user is not a member of the room.</summary>
    public async Task<RoomChangesResponse?> GetSinceAsync(int userId, int roomId, long after, CancellationToken cancellationToken)
    {
        var version = notifier.GetVersion(userId); // Read before the query, so that a change during it ends the next poll.
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

        // The messages are read after the room's rev, so they can be newer than it, but none that is older can be missing.
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
