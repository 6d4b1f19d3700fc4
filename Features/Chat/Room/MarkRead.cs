using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Room;

/// <summary>Moves how far a person has read in a room: forward only, and to a message of that room.</summary>
public sealed class MarkRead(MarketDb db, ChangeNotifier notifier)
{
    /// <returns>False when the room is not among one's rooms.</returns>
    public async Task<bool> ExecuteAsync(int userId, int roomId, long upTo, CancellationToken cancellationToken)
    {
        var room = await db.ChatRooms.ForUser(userId).Where(r => r.Id == roomId)
            .Select(r => new
            {
                r.BuyerId,
                r.SellerId,
                ReadUpTo = r.BuyerId == userId ? r.BuyerLastReadMessageId : r.SellerLastReadMessageId,
                LastOfTheirs = r.BuyerId == userId ? r.LastSellerMessageId : r.LastBuyerMessageId,
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (room is null) return false;
        if (upTo <= room.ReadUpTo || room.LastOfTheirs <= room.ReadUpTo) return true; // Nothing of theirs is left unread: spare the write.

        var message = await db.Messages.Where(m => m.ChatRoomId == roomId && m.Id <= upTo)
            .MaxAsync(m => (long?)m.Id, cancellationToken) ?? 0;
        var moved = await db.ExecuteInTransactionAsync(token => AdvanceAsync(userId, roomId, message, token), cancellationToken);
        if (moved == 0) return true;

        notifier.NotifyChanged(room.BuyerId);
        notifier.NotifyChanged(room.SellerId);
        return true;
    }

    private Task<int> AdvanceAsync(int userId, int roomId, long message, CancellationToken cancellationToken) =>
        db.ChatRooms
            .Where(r => r.Id == roomId
                && ((r.BuyerId == userId && r.BuyerLastReadMessageId < message)
                    || (r.SellerId == userId && r.SellerLastReadMessageId < message)))
            .ExecuteUpdateAsync(
                room => room
                    .SetProperty(r => r.Rev, r => r.Rev + 1)
                    .SetProperty(r => r.BuyerLastReadMessageId, r => r.BuyerId == userId ? message : r.BuyerLastReadMessageId)
                    .SetProperty(r => r.SellerLastReadMessageId, r => r.SellerId == userId ? message : r.SellerLastReadMessageId),
                cancellationToken);
}
