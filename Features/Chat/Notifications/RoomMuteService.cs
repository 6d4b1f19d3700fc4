using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>The rooms of which a person does not want to be told. They count in the badge all the same.</summary>
public sealed class RoomMuteService(MarketDb db, MutedUsersCache people)
{
    public async Task<bool> IsMutedAsync(int userId, int roomId, CancellationToken cancellationToken) =>
        people.Contains(userId)
            && await db.RoomNotificationStates.AnyAsync(n => n.UserId == userId && n.ChatRoomId == roomId && n.IsMuted, cancellationToken);

    /// <returns>False when the room is not among one's rooms.</returns>
    public Task<bool> SetAsync(int userId, int roomId, bool muted, CancellationToken cancellationToken) => db.ExecuteInTransactionAsync(
        async token =>
        {
            if (!await db.ChatRooms.ForUser(userId).AnyAsync(r => r.Id == roomId, token)) return false;
            var notice = await db.RoomNotificationStates.FindAsync([userId, roomId], token);
            if (notice is null) db.Add(notice = new RoomNotificationState { UserId = userId, ChatRoomId = roomId });
            notice.IsMuted = muted;
            await db.SaveChangesAsync(token);
            people.Add(userId);
            return true;
        },
        cancellationToken);
}
