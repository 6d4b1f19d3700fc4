using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;

namespace MarketChat.Tests.Support;

/// <summary>Creates rooms directly, for tests that need many rooms and no requests.</summary>
public static class TestRooms
{
    /// <summary>An empty room of a new buyer with a seller. The caller sets the product.</summary>
    public static ChatRoom Create(int sellerId, DateTime lastActivityAt, int productId = 0)
    {
        var name = Guid.NewGuid().ToString("N")[..20];
        var buyer = new User { UserName = name, NormalizedUserName = name.ToUpperInvariant() };
        return new ChatRoom
        {
            Buyer = buyer,
            SellerId = sellerId,
            ProductId = productId,
            CreatedAt = lastActivityAt,
            Members =
            {
                new() { User = buyer, Role = RoomRole.Buyer, LastActivityAt = lastActivityAt },
                new() { UserId = sellerId, Role = RoomRole.Seller, LastActivityAt = lastActivityAt },
            },
        };
    }

    public static RoomMember Seller(this ChatRoom room) => room.Members.Single(member => member.Role == RoomRole.Seller);
}
