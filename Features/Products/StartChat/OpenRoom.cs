using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.StartChat;

public static class OpenRoom
{
    /// <summary>
    /// Finds the room of a buyer and a seller about a product, or opens it. Two concurrent requests may both find no room; the unique index
    /// lets one of them create it, and the other then finds it.
    /// </summary>
    /// <returns>Null if the product is no longer available, or the buyer's account has been deleted.</returns>
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
        var isAllowed = await db.Products.Available()
            .AnyAsync(p => p.Id == room.ProductId && db.Users.Active().Any(u => u.Id == room.BuyerId), cancellationToken);
        if (!isAllowed) return false;
        db.ChatRooms.Add(room);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
