using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// A browser in which a person wants to be told of things while no page of the app is open: where its push service takes messages for
/// it (RFC 8030), and with what they are encrypted, so that only the browser reads them (RFC 8291).
/// </summary>
public sealed class PushSubscription
{
    public const int MaxEndpointLength = 1_000;
    public const int MaxPerUser = 10;

    /// <summary>By chance: the browser keeps it in a cookie, and whoever knows it can end the subscription.</summary>
    public Guid Id { get; set; }

    public int UserId { get; set; }
    public User User { get; set; } = null!;

    /// <summary>Whoever knows this address can send to the browser, so it is told to nobody.</summary>
    public required string Endpoint { get; set; }

    /// <summary>The browser's public key, a point on P-256 in 65 bytes.</summary>
    public required byte[] P256dh { get; set; }

    /// <summary>The secret of 16 bytes that the browser shares with the app alone.</summary>
    public required byte[] Auth { get; set; }

    /// <summary>"ko" or "en": what the page spoke. The person's own choice goes before it.</summary>
    public required string Language { get; set; }

    /// <summary>The person's security stamp at the time. Once theirs is another, the session there is over, and so is this.</summary>
    public required string SecurityStamp { get; set; }

    public DateTime CreatedAt { get; set; }
}

public sealed class PushSubscriptionConfiguration : IEntityTypeConfiguration<PushSubscription>
{
    public void Configure(EntityTypeBuilder<PushSubscription> subscription)
    {
        subscription.ToTable("PushSubscriptions");
        subscription.Property(s => s.Id).ValueGeneratedNever();
        subscription.Property(s => s.Endpoint).HasMaxLength(PushSubscription.MaxEndpointLength);
        subscription.Property(s => s.Language).HasMaxLength(8);
        subscription.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);

        subscription.HasIndex(s => s.Endpoint).IsUnique();
        subscription.HasIndex(s => new { s.UserId, s.CreatedAt });
    }
}
