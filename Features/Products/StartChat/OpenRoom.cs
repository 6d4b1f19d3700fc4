using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.StartChat;

public static class OpenRoom
{
    /// <summary>
    /// The one room of a buyer with a seller about a product, opened when there is none yet. Who asks twice at once may miss the room
    /// both times; then the unique index lets one of them open it, and the other finds it.
    /// </summary>
    /// <returns>Null when the product has left the market meanwhile, or the buyer.</returns>
    public static async Task<(int RoomId, bool IsNew)?> ExecuteAsync(
        this MarketDb db, int productId, int sellerId, int buyerId, DateTime now, CancellationToken cancellationToken)
    {
        var existing = db.ChatRooms
            .Where(r => r.BuyerId == buyerId && r.SellerId == sellerId && r.ProductId == productId)
            .Select(r => (int?)r.Id);
        if (await existing.SingleOrDefaultAsync(cancellationToken) is { } found) return (found, false);

        var room = new ChatRoom { BuyerId = buyerId, SellerId = sellerId, ProductId = productId, CreatedAt = now, UpdatedAt = now };
        try
        {
            return await db.ExecuteInTransactionAsync(token => StoreAsync(db, room, token), cancellationToken) ? (room.Id, true) : null;
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return ((await existing.SingleAsync(cancellationToken))!.Value, false);
        }
    }

    private static async Task<bool> StoreAsync(MarketDb db, ChatRoom room, CancellationToken cancellationToken)
    {
        var canMeet = await db.Products.Available()
            .AnyAsync(p => p.Id == room.ProductId && db.Users.Active().Any(u => u.Id == room.BuyerId), cancellationToken);
        if (!canMeet) return false;
        db.ChatRooms.Add(room);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
