using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>Mutes rooms: a member of a muted room gets no notifications about it. The room still counts in the badge.</summary>
public sealed class RoomMuteService(MarketDb db, MutedUsersCache mutedUsers)
{
    public async Task<bool> IsMutedAsync(int userId, int roomId, CancellationToken cancellationToken) =>
        mutedUsers.Contains(userId)
        && await db.RoomMembers.AnyAsync(m => m.ChatRoomId == roomId && m.UserId == userId && m.IsMuted, cancellationToken);

    /// <returns>False when the room does not exist or the user is no member of it.</returns>
    public async Task<bool> SetAsync(int userId, int roomId, bool muted, CancellationToken cancellationToken)
    {
        var found = await db.ExecuteInTransactionAsync(
            token => db.RoomMembers.Where(m => m.ChatRoomId == roomId && m.UserId == userId)
                .ExecuteUpdateAsync(member => member.SetProperty(m => m.IsMuted, muted), token),
            cancellationToken);
        if (found > 0 && muted) mutedUsers.Add(userId);
        return found > 0;
    }
}
