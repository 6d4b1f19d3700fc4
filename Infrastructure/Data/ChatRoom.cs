using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// The one conversation of a buyer with a seller about a product.
/// <para>
/// <see cref="Rev"/> is its change counter: the transaction that changes what a member can see (a message, a read marker) raises it, and
/// a message carries the value at which it last changed. Writers take turns, so revs commit in order, and "newer than rev n" never skips
/// anything, as ids and timestamps can. (CouchDB's per-database update sequence is the same idea.)
/// </para>
/// <para>
/// Unread is derived, never counted up: something is unread for one when the other's last message lies beyond one's read marker.
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

    /// <summary>When the last message came, or the room's creation: what the list is ordered by.</summary>
    public DateTime UpdatedAt { get; set; }

    /// <summary>When one of its two people closed their account; null while both have one. From then on nothing can be sent.</summary>
    public DateTime? ClosedAt { get; set; }

    public long Rev { get; set; }

    /// <summary>Message id up to which the buyer has read. Only moves forward. So does the seller's.</summary>
    public long BuyerLastReadMessageId { get; set; }
    public long SellerLastReadMessageId { get; set; }

    /// <summary>Id of the buyer's newest message, 0 before the first.</summary>
    public long LastBuyerMessageId { get; set; }
    public long LastSellerMessageId { get; set; }

    /// <summary>
    /// The rev from which a room goes on when a backup has been restored. Its high part is the minute of the restoring, so that a page
    /// still open from before can tell that its rev belongs to another course of things, whatever the counts. Below 2^53, as JavaScript
    /// counts, until 2089.
    /// </summary>
    public static long InitialRevisionAfterRestore(DateTimeOffset now) =>
        (long)(now - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalMinutes << CounterBits;

    /// <summary>Whether a rev that somebody holds can have led to the room's present one.</summary>
    public static bool IsSameHistory(long held, long present) => held <= present && held >> CounterBits == present >> CounterBits;
}

public static class ChatRoomQueries
{
    /// <summary>
    /// Whether a room holds something that its buyer, or its seller, has not read. As the filters of two partial indexes say it.
    /// </summary>
    public static readonly Expression<Func<ChatRoom, bool>>
        UnreadByBuyer = room => room.LastSellerMessageId > room.BuyerLastReadMessageId,
        UnreadBySeller = room => room.LastBuyerMessageId > room.SellerLastReadMessageId;

    // Asked with every page, so EF Core works out the SQL once.
    private static readonly Func<MarketDb, int, CancellationToken, Task<int>> _countUnread = EF.CompileAsyncQuery(
        (MarketDb db, int userId, CancellationToken _) =>
            db.ChatRooms.Where(r => r.BuyerId == userId).Where(UnreadByBuyer).Select(r => r.Id)
                .Concat(db.ChatRooms.Where(r => r.SellerId == userId).Where(UnreadBySeller).Select(r => r.Id))
                .Count());

    /// <summary>The rooms a person is in. Looking a room up among these is the authorization.</summary>
    public static IQueryable<ChatRoom> ForUser(this IQueryable<ChatRoom> rooms, int userId) =>
        rooms.Where(r => r.BuyerId == userId || r.SellerId == userId);

    /// <summary>How many of a person's rooms hold something they have not read: two partial indexes are all that is looked at.</summary>
    public static Task<int> CountUnreadRoomsAsync(this MarketDb db, int userId, CancellationToken cancellationToken) =>
        _countUnread(db, userId, cancellationToken);
}

public sealed class ChatRoomConfiguration : IEntityTypeConfiguration<ChatRoom>
{
    public void Configure(EntityTypeBuilder<ChatRoom> room)
    {
        room.HasOne(r => r.Buyer).WithMany().HasForeignKey(r => r.BuyerId).OnDelete(DeleteBehavior.Cascade);
        room.HasOne(r => r.Seller).WithMany().HasForeignKey(r => r.SellerId).OnDelete(DeleteBehavior.Cascade);
        room.HasOne(r => r.Product).WithMany().HasForeignKey(r => r.ProductId).OnDelete(DeleteBehavior.Cascade);

        room.HasIndex(r => new { r.BuyerId, r.SellerId, r.ProductId }).IsUnique();
        room.HasIndex(r => new { r.BuyerId, r.UpdatedAt });
        room.HasIndex(r => new { r.SellerId, r.UpdatedAt });
        room.HasIndex(r => r.ProductId);

        // The badge counts these: the index holds only rooms with something unread, however many rooms there are.
        room.HasIndex(r => r.BuyerId, "IX_ChatRooms_UnreadByBuyer").HasFilter("\"LastSellerMessageId\" > \"BuyerLastReadMessageId\"");
        room.HasIndex(r => r.SellerId, "IX_ChatRooms_UnreadBySeller").HasFilter("\"LastBuyerMessageId\" > \"SellerLastReadMessageId\"");
    }
}
