using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Products.StartChat;

public enum OpenRoomStatus
{
    /// <summary>The room is new.</summary>
    Opened,

    /// <summary>There was a room already.</summary>
    Found,

    /// <summary>The product does not exist or is not on the market; or the buyer's account is deleted.</summary>
    ProductNotFound,

    /// <summary>The product is the buyer's own.</summary>
    OwnProduct,
}

/// <param name="RoomId">For <see cref="OpenRoomStatus.Opened"/> and <see cref="OpenRoomStatus.Found"/>.</param>
public readonly record struct OpenRoomResult(OpenRoomStatus Status, int RoomId = 0);

/// <summary>Finds the one room of a buyer with a seller about a product, or creates it.</summary>
public sealed class OpenRoom(MarketDb db, RoomWriter rooms, TimeProvider time)
{
    /// <summary>
    /// Of two requests at the same moment neither may find the room. The unique index then lets one of them create it, and the other
    /// finds it after all.
    /// </summary>
    public async Task<OpenRoomResult> ExecuteAsync(int productId, int buyerId, CancellationToken cancellationToken)
    {
        var seller = await db.Products.Available().Where(p => p.Id == productId).Select(p => (int?)p.SellerId)
            .SingleOrDefaultAsync(cancellationToken);
        if (seller is not { } sellerId) return new OpenRoomResult(OpenRoomStatus.ProductNotFound);
        if (sellerId == buyerId) return new OpenRoomResult(OpenRoomStatus.OwnProduct);

        var existing = db.ChatRooms.Where(r => r.BuyerId == buyerId && r.SellerId == sellerId && r.ProductId == productId)
            .Select(r => (int?)r.Id);
        if (await existing.SingleOrDefaultAsync(cancellationToken) is { } found) return new OpenRoomResult(OpenRoomStatus.Found, found);

        var room = ChatRoom.Create(buyerId, sellerId, productId, time.GetUtcNowInMilliseconds());
        try
        {
            if (!await db.ExecuteInTransactionAsync(token => StoreAsync(room, token), cancellationToken))
            {
                return new OpenRoomResult(OpenRoomStatus.ProductNotFound);
            }
        }
        catch (DbUpdateException exception) when (db.Engine.IsUniqueViolation(exception))
        {
            return new OpenRoomResult(OpenRoomStatus.Found, (await existing.SingleAsync(cancellationToken))!.Value);
        }

        rooms.NotifyMembers(buyerId, sellerId);
        return new OpenRoomResult(OpenRoomStatus.Opened, room.Id);
    }

    /// <returns>False when the product has left the market meanwhile, or the buyer's account was deleted.</returns>
    private async Task<bool> StoreAsync(ChatRoom room, CancellationToken cancellationToken)
    {
        var isAllowed = await db.Products.Available()
            .AnyAsync(p => p.Id == room.ProductId && db.Users.Active().Any(u => u.Id == room.BuyerId), cancellationToken);
        if (!isAllowed) return false;
        db.ChatRooms.Add(room);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }
}
