using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// The conversation of a buyer with a seller about a product. There is at most one for the three.
/// <para>
/// <see cref="Rev"/> is its change counter. Every change that a member could see (a message, a removal, a read marker) is written by
/// <see cref="RoomWriter"/>, which first raises the counter. The raise locks the row, so revs commit in order, and a query for what is
/// newer than rev n cannot miss a change, as one by id or time could. (CouchDB's per-database update sequence is the same idea.)
/// </para>
/// </summary>
public sealed class ChatRoom
{
    private const int CounterBits = 28;

    public int Id { get; set; }
    public int BuyerId { get; set; }
    public User Buyer { get; set; } = null!;
    public int SellerId { get; set; }
    public User Seller { get; set; } = null!;
    public int ProductId { get; set; }
    public Product Product { get; set; } = null!;
    public DateTime CreatedAt { get; set; }

    /// <summary>When a member deleted their account; null while both have one. Nothing can be sent into a closed room.</summary>
    public DateTime? ClosedAt { get; set; }

    public long Rev { get; set; }

    /// <summary>The buyer and the seller.</summary>
    public List<RoomMember> Members { get; } = [];

    /// <summary>A new room with its two members.</summary>
    public static ChatRoom Create(int buyerId, int sellerId, int productId, DateTime now) => new()
    {
        BuyerId = buyerId,
        SellerId = sellerId,
        ProductId = productId,
        CreatedAt = now,
        Members =
        {
            new() { UserId = buyerId, Role = RoomRole.Buyer, LastActivityAt = now },
            new() { UserId = sellerId, Role = RoomRole.Seller, LastActivityAt = now },
        },
    };

    /// <summary>
    /// The rev from which rooms continue after a backup is restored. Its high bits are the minute of the restore, so that a page opened
    /// before can tell that its rev belongs to another history, whatever the low bits are. It stays below 2^53, up to which JavaScript's
    /// integers are exact, until 2089.
    /// </summary>
    public static long InitialRevisionAfterRestore(DateTimeOffset now) =>
        (long)(now - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalMinutes << CounterBits;

    /// <summary>Whether a client's rev belongs to the history of the room's current rev.</summary>
    public static bool IsSameHistory(long clientRev, long currentRev) =>
        clientRev <= currentRev && clientRev >> CounterBits == currentRev >> CounterBits;
}

public static class ChatRoomQueries
{
    /// <summary>The rooms that the user is a member of. A lookup among these rooms is the authorization check.</summary>
    public static IQueryable<ChatRoom> ForUser(this IQueryable<ChatRoom> rooms, int userId) =>
        rooms.Where(r => r.Members.Any(m => m.UserId == userId));
}

public sealed class ChatRoomConfiguration : IEntityTypeConfiguration<ChatRoom>
{
    public void Configure(EntityTypeBuilder<ChatRoom> room)
    {
        room.HasOne(r => r.Buyer).WithMany().HasForeignKey(r => r.BuyerId).OnDelete(DeleteBehavior.Cascade);
        room.HasOne(r => r.Seller).WithMany().HasForeignKey(r => r.SellerId).OnDelete(DeleteBehavior.Cascade);
        room.HasOne(r => r.Product).WithMany().HasForeignKey(r => r.ProductId).OnDelete(DeleteBehavior.Cascade);

        room.HasIndex(r => new { r.BuyerId, r.SellerId, r.ProductId }).IsUnique();
        room.HasIndex(r => r.SellerId);
        room.HasIndex(r => r.ProductId);
    }
}
