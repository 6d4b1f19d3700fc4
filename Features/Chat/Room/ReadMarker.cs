using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>Moves how far a person has read in a room: forward only, and to a message of that room.</summary>
public sealed class ReadMarker(MarketDb db, Doorbell doorbell)
{
    /// <returns>False when the room is not among one's rooms.</returns>
    public async Task<bool> MoveAsync(int me, int roomId, long upTo, CancellationToken cancellationToken)
    {
        var room = await db.ChatRooms.Of(me).Where(r => r.Id == roomId)
            .Select(r => new
            {
                r.BuyerId,
                r.SellerId,
                ReadUpTo = r.BuyerId == me ? r.BuyerReadUpTo : r.SellerReadUpTo,
                LastOfTheirs = r.BuyerId == me ? r.LastSellerMessageId : r.LastBuyerMessageId,
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (room is null) return false;
        if (upTo <= room.ReadUpTo || room.LastOfTheirs <= room.ReadUpTo) return true; // Nothing of theirs is left unread: spare the write.

        var message = await db.Messages.Where(m => m.ChatRoomId == roomId && m.Id <= upTo)
            .MaxAsync(m => (long?)m.Id, cancellationToken) ?? 0;
        var moved = await db.WriteAsync(token => Forward(me, roomId, message, token), cancellationToken);
        if (moved == 0) return true;

        doorbell.Ring(room.BuyerId);
        doorbell.Ring(room.SellerId);
        return true;
    }

    private Task<int> Forward(int me, int roomId, long message, CancellationToken cancellationToken) =>
        db.ChatRooms
            .Where(r => r.Id == roomId
                && ((r.BuyerId == me && r.BuyerReadUpTo < message) || (r.SellerId == me && r.SellerReadUpTo < message)))
            .ExecuteUpdateAsync(
                room => room
                    .SetProperty(r => r.Rev, r => r.Rev + 1)
                    .SetProperty(r => r.BuyerReadUpTo, r => r.BuyerId == me ? message : r.BuyerReadUpTo)
                    .SetProperty(r => r.SellerReadUpTo, r => r.SellerId == me ? message : r.SellerReadUpTo),
                cancellationToken);
}
