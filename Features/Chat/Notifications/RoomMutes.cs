using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>The rooms of which a person does not want to be told. They count in the badge all the same.</summary>
public sealed class RoomMutes(MarketDb db, MutingPeople people)
{
    public async Task<bool> IsMutedAsync(int me, int roomId, CancellationToken cancellationToken) =>
        people.Include(me) && await db.RoomNotices.AnyAsync(n => n.UserId == me && n.ChatRoomId == roomId && n.Muted, cancellationToken);

    /// <returns>False when the room is not among one's rooms.</returns>
    public Task<bool> SetAsync(int me, int roomId, bool muted, CancellationToken cancellationToken) => db.WriteAsync(
        async token =>
        {
            if (!await db.ChatRooms.Of(me).AnyAsync(r => r.Id == roomId, token)) return false;
            var notice = await db.RoomNotices.FindAsync([me, roomId], token);
            if (notice is null) db.Add(notice = new RoomNotice { UserId = me, ChatRoomId = roomId });
            notice.Muted = muted;
            await db.SaveChangesAsync(token);
            people.Add(me);
            return true;
        },
        cancellationToken);
}
