using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>Advances a member's read marker in a room. It moves forward only, and only to a message of that room.</summary>
public sealed class MarkRead(MarketDb db, RoomWriter rooms)
{
    /// <returns>False when the room does not exist or the user is not a member of it.</returns>
    public async Task<bool> ExecuteAsync(int userId, int roomId, long upTo, CancellationToken cancellationToken)
    {
        var member = await db.RoomMembers.Where(m => m.ChatRoomId == roomId && m.UserId == userId)
            .Select(m => new { m.LastReadMessageId, m.LastIncomingMessageId }).FirstOrDefaultAsync(cancellationToken);
        if (member is null) return false;

        // If no incoming message is unread, skip the write.
        if (upTo <= member.LastReadMessageId || member.LastIncomingMessageId <= member.LastReadMessageId) return true;

        var messageId = await db.Messages.Where(m => m.ChatRoomId == roomId && m.Id <= upTo)
            .MaxAsync(m => (long?)m.Id, cancellationToken) ?? 0;
        await rooms.WriteAsync(userId, roomId, change => AdvanceAsync(change, messageId), cancellationToken);
        return true;
    }

    private static async Task<object?> AdvanceAsync(RoomChange change, long messageId)
    {
        var moved = await change.Db.RoomMembers
            .Where(m => m.ChatRoomId == change.RoomId && m.UserId == change.UserId && m.LastReadMessageId < messageId)
            .ExecuteUpdateAsync(member => member.SetProperty(m => m.LastReadMessageId, messageId));
        return moved > 0 ? change : null;
    }
}
