using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
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
/// Handles every change to a room, after its write and in the same transaction. An optional feature registers a handler as a service to
/// record what the change means to the feature; both are stored, or neither. A handler can run more than once for a change (see <see
/// cref="IDatabaseEngine.ExecuteInSharedTransactionAsync"/>), and an exception from it rolls the change back.
/// </summary>
public delegate Task RoomChangeHandler(RoomChange change);

/// <summary>The outcome of a write to a room.</summary>
/// <param name="Exists">False if the room does not exist or the user is not a member of it.</param>
/// <param name="Value">What the write returned; null if it changed nothing.</param>
public readonly record struct RoomWriteResult<T>(bool Exists, T? Value)
    where T : class;

/// <summary>
/// The only way to change what the members of a room see. Each write is one transaction: it locks the room's row by raising its rev, does
/// its work, stamps what changed with the new rev, commits, and notifies both members.
/// <para>
/// The order matters. The writer that holds the lock has the highest rev, so revs become visible in order, even on engines with several
/// writers: a client that polls for changes after rev n cannot miss a rev n + 1 that commits later.
/// </para>
/// </summary>
public sealed class RoomWriter(MarketDb db, ChangeNotifier notifier, IEnumerable<RoomChangeHandler> handlers)
{
    /// <summary>Changes a room on behalf of one of its members.</summary>
    /// <param name="write">Returns null when there was nothing to change; then the rev stays, and no user is notified.</param>
    /// <param name="cancellationToken">Cancels the wait for the write lock, not a write that has started.</param>
    public async Task<RoomWriteResult<T>> WriteAsync<T>(
        int userId, int roomId, Func<RoomChange, Task<T?>> write, CancellationToken cancellationToken)
        where T : class
    {
        var written = await db.Engine.ExecuteInSharedTransactionAsync(
            db, shared => WriteAsync(shared, userId, roomId, write), cancellationToken);
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

    /// <summary>Notifies users that something changed for them. Call this after the commit.</summary>
    public void NotifyMembers(params ReadOnlySpan<int> userIds)
    {
        foreach (var userId in userIds) notifier.NotifyChanged(userId);
    }

    private async Task<Written<T>?> WriteAsync<T>(MarketDb shared, int userId, int roomId, Func<RoomChange, Task<T?>> write)
        where T : class
    {
        var room = await shared.ReadFirstRowAsync(
            $"""
            UPDATE "ChatRooms" SET "Rev" = "Rev" + 1 WHERE "Id" = {roomId} AND {userId} IN ("BuyerId", "SellerId")
            RETURNING "Rev", "BuyerId", "SellerId", "ClosedAt" IS NOT NULL
            """,
            row => new LockedRoom(row.GetInt64(0), row.GetInt32(1), row.GetInt32(2), row.GetBoolean(3)));
        if (room is null) return null;

        var otherUserId = room.BuyerId == userId ? room.SellerId : room.BuyerId;
        var change = new RoomChange(shared, roomId, userId, otherUserId, room.Rev, room.IsClosed);
        var value = await write(change);
        if (value is null)
        {
            // The row is locked since the rev was raised, so no reader has seen the rev that is reset here.
            await shared.Database.ExecuteSqlAsync($"""UPDATE "ChatRooms" SET "Rev" = {room.Rev - 1} WHERE "Id" = {roomId}""");
        }
        else
        {
            foreach (var handler in handlers) await handler(change);
        }

        return new Written<T>(value, room.BuyerId, room.SellerId);
    }

    private sealed record LockedRoom(long Rev, int BuyerId, int SellerId, bool IsClosed);

    private sealed record Written<T>(T? Value, int BuyerId, int SellerId);
}
