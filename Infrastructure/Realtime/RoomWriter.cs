using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>A change to one room, inside its transaction and with the room's row locked.</summary>
/// <param name="Db">
/// The context to write with. It is not always the caller's own, because writes may share a transaction: use statements only, and track
/// nothing.
/// </param>
/// <param name="UserId">The member who makes the change.</param>
/// <param name="OtherUserId">The other member.</param>
/// <param name="Rev">The room's raised rev, with which everything that changes is stamped.</param>
/// <param name="IsClosed">Whether a member has deleted their account.</param>
public sealed record RoomChange(MarketDb Db, int RoomId, int UserId, int OtherUserId, long Rev, bool IsClosed);

/// <summary>
/// Takes part in every change to a room, after its write and in the same transaction. Register one as a service, so that an optional
/// feature can record what the change means to it, and neither is stored without the other. It may run more than once for a change (see
/// <see cref="GroupCommit"/>), and what it throws undoes the change.
/// </summary>
public delegate Task RoomChangeHandler(RoomChange change);

/// <summary>The outcome of a write to a room.</summary>
/// <param name="Exists">False where the room does not exist or the user is no member of it.</param>
/// <param name="Value">What the write returned; null where it changed nothing.</param>
public readonly record struct RoomWriteResult<T>(bool Exists, T? Value)
    where T : class;

/// <summary>
/// The only way to change what the members of a room see. Each write is one transaction: it locks the room's row by raising its rev, does
/// its work, stamps what changed with the new rev, commits, and notifies both members.
/// <para>
/// The order matters. Whoever holds the lock has the highest rev, so revs become visible in order, on engines with several writers too:
/// a poller that asks for what is newer than rev n cannot miss rev n + 1 that commits later.
/// </para>
/// </summary>
public sealed class RoomWriter(MarketDb db, GroupCommit commits, ChangeNotifier notifier, IEnumerable<RoomChangeHandler> handlers)
{
    /// <summary>Changes a room on behalf of one of its members.</summary>
    /// <param name="write">Returns null when there was nothing to change; then the rev stays, and nobody is notified.</param>
    /// <param name="cancellationToken">Ends the wait for the turn to write, not a write that has begun.</param>
    public async Task<RoomWriteResult<T>> WriteAsync<T>(
        int userId, int roomId, Func<RoomChange, Task<T?>> write, CancellationToken cancellationToken)
        where T : class
    {
        var written = await commits.RunAsync(db, shared => WriteAsync(shared, userId, roomId, write), cancellationToken);
        if (written is null) return new RoomWriteResult<T>(Exists: false, Value: null);
        if (written.Value is not null) NotifyMembers(written.BuyerId, written.SellerId);
        return new RoomWriteResult<T>(Exists: true, written.Value);
    }

    /// <summary>
    /// Closes every room of a user who deletes their account, as a part of the caller's transaction. After the commit, pass the ids to
    /// <see cref="NotifyMembers"/>.
    /// </summary>
    /// <returns>The ids of the other members.</returns>
    public async Task<int[]> CloseRoomsAsync(int userId, DateTime now, CancellationToken cancellationToken)
    {
        await db.ChatRooms.Where(r => db.RoomMembers.Where(m => m.UserId == userId).Select(m => m.ChatRoomId).Contains(r.Id))
            .ExecuteUpdateAsync(
                room => room.SetProperty(r => r.Rev, r => r.Rev + 1).SetProperty(r => r.ClosedAt, now), cancellationToken);
        return await db.RoomMembers.Where(m => m.UserId == userId).WithOther(db).Select(pair => pair.Other.UserId).Distinct()
            .ToArrayAsync(cancellationToken);
    }

    /// <summary>Notifies users that something of theirs changed; only after the commit.</summary>
    public void NotifyMembers(params ReadOnlySpan<int> userIds)
    {
        foreach (var userId in userIds) notifier.NotifyChanged(userId);
    }

    private async Task<Written<T>?> WriteAsync<T>(MarketDb shared, int userId, int roomId, Func<RoomChange, Task<T?>> write)
        where T : class
    {
        var locked = await shared.Database.SqlQuery<LockedRoom>($"""
            UPDATE "ChatRooms" SET "Rev" = "Rev" + 1 WHERE "Id" = {roomId} AND {userId} IN ("BuyerId", "SellerId")
            RETURNING "Rev", "BuyerId", "SellerId", "ClosedAt"
            """).ToListAsync();
        if (locked is not [var room]) return null;

        var otherUserId = room.BuyerId == userId ? room.SellerId : room.BuyerId;
        var change = new RoomChange(shared, roomId, userId, otherUserId, room.Rev, room.ClosedAt is not null);
        var value = await write(change);
        if (value is null)
        {
            // The row has been locked since it was raised, so nobody has seen the number that is taken back.
            await shared.Database.ExecuteSqlAsync($"""UPDATE "ChatRooms" SET "Rev" = {room.Rev - 1} WHERE "Id" = {roomId}""");
        }
        else
        {
            foreach (var handler in handlers) await handler(change);
        }

        return new Written<T>(value, room.BuyerId, room.SellerId);
    }

    private sealed record LockedRoom(long Rev, int BuyerId, int SellerId, DateTime? ClosedAt);

    private sealed record Written<T>(T? Value, int BuyerId, int SellerId);
}
