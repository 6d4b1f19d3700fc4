using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>Which side of the sale a member of a room is on. Stored as a number.</summary>
public enum RoomRole
{
    Buyer = 0,
    Seller = 1,
}

/// <summary>
/// A user's membership in a room, with the state that is specific to this user. Each room has two members, the buyer and the seller.
/// <para>
/// Unread is derived, never counted up: the room holds something unread for this member while <see cref="LastIncomingMessageId"/> is
/// greater than <see cref="LastReadMessageId"/>.
/// </para>
/// </summary>
public sealed class RoomMember
{
    public int ChatRoomId { get; set; }
    public ChatRoom ChatRoom { get; set; } = null!;
    public int UserId { get; set; }
    public User User { get; set; } = null!;
    public RoomRole Role { get; set; }

    /// <summary>The id of the message up to which this member has read; 0 for none. It only moves forward.</summary>
    public long LastReadMessageId { get; set; }

    /// <summary>The id of the newest message that the other member sent; 0 for none.</summary>
    public long LastIncomingMessageId { get; set; }

    /// <summary>When the newest message of either member was sent, or when the room was created: the order of the chat list.</summary>
    public DateTime LastActivityAt { get; set; }

    /// <summary>Whether this member gets no notifications about the room.</summary>
    public bool IsMuted { get; set; }
}

/// <summary>A user's own membership in a room, and that of the other member.</summary>
public sealed class Membership
{
    public required RoomMember Mine { get; init; }
    public required RoomMember Other { get; init; }
}

public static class RoomMemberQueries
{
    /// <summary>Whether a room holds something that the member has not read. A partial index has the same filter.</summary>
    public static readonly Expression<Func<RoomMember, bool>> IsUnread = member => member.LastIncomingMessageId > member.LastReadMessageId;

    // Runs with every page, so EF Core compiles the query once.
    private static readonly Func<MarketDb, int, CancellationToken, Task<int>> _countUnread = EF.CompileAsyncQuery(
        (MarketDb db, int userId, CancellationToken _) => db.RoomMembers.Where(m => m.UserId == userId).Count(IsUnread));

    /// <summary>The number of the user's rooms that hold something unread, counted in a partial index.</summary>
    public static Task<int> CountUnreadRoomsAsync(this MarketDb db, int userId, CancellationToken cancellationToken) =>
        _countUnread(db, userId, cancellationToken);

    /// <summary>Pairs a user's memberships with those of the other members.</summary>
    public static IQueryable<Membership> WithOther(this IQueryable<RoomMember> memberships, MarketDb db) => memberships
        .Join(
            db.RoomMembers, mine => mine.ChatRoomId, other => other.ChatRoomId, (mine, other) =>
                new Membership { Mine = mine, Other = other })
        .Where(pair => pair.Other.UserId != pair.Mine.UserId);
}

public sealed class RoomMemberConfiguration : IEntityTypeConfiguration<RoomMember>
{
    public void Configure(EntityTypeBuilder<RoomMember> member)
    {
        member.HasKey(m => new { m.ChatRoomId, m.UserId });
        member.HasOne(m => m.ChatRoom).WithMany(r => r.Members).HasForeignKey(m => m.ChatRoomId).OnDelete(DeleteBehavior.Cascade);
        member.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);

        member.HasIndex(m => new { m.UserId, m.LastActivityAt, m.ChatRoomId });

        // The badge counts in this index, which holds only the rooms with something unread.
        member.HasIndex(m => m.UserId, "IX_RoomMembers_Unread").HasFilter("\"LastIncomingMessageId\" > \"LastReadMessageId\"");
    }
}
