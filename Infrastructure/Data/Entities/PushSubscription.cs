using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// The Web Push subscription of a browser: the endpoint at which its push service accepts messages (RFC 8030), and the keys that encrypt
/// them so that only the browser can read them (RFC 8291). A subscription of a user is active or suspended.
/// </summary>
public sealed class PushSubscription
{
    public const int MaxEndpointLength = 1_000;
    public const int MaxPerUser = 10;

    /// <summary>How long a subscription is kept after the browser's session has expired.</summary>
    public static readonly TimeSpan RetentionPeriod = TimeSpan.FromDays(90);

    /// <summary>A random id: the browser keeps it in a cookie, and anyone who knows it can end the subscription.</summary>
    public Guid Id { get; set; }

    public int UserId { get; set; }
    public User User { get; set; } = null!;

    /// <summary>
    /// The URL at which the push service accepts messages. It is secret, because anyone who knows it can send to the browser.
    /// </summary>
    public required string Endpoint { get; set; }

    /// <summary>The browser's public key, a point on P-256 in 65 bytes.</summary>
    public required byte[] P256dh { get; set; }

    /// <summary>The secret of 16 bytes that only the browser and the app share.</summary>
    public required byte[] Auth { get; set; }

    /// <summary>"ko" or "en": the language of the page that subscribed. The user's own setting takes precedence.</summary>
    public required string Language { get; set; }

    /// <summary>
    /// The user's security stamp when the browser subscribed. If the user's current stamp differs, the browser's session is revoked, and so
    /// is the subscription.
    /// </summary>
    public required string SecurityStamp { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When the session of the browser expires unless the user extends it by a visit. Nothing is sent afterwards.</summary>
    public DateTime SessionExpiresAt { get; set; }

    /// <summary>
    /// Whether nothing is sent until the browser subscribes again, which its next page does: the push service has given up the endpoint,
    /// or the session has ended.
    /// </summary>
    public bool IsSuspended { get; set; }

    /// <summary>When the push service failed for the first time since it last accepted a message; null if it works.</summary>
    public DateTime? FailingSince { get; set; }
}

public sealed class PushSubscriptionConfiguration : IEntityTypeConfiguration<PushSubscription>
{
    public void Configure(EntityTypeBuilder<PushSubscription> subscription)
    {
        subscription.ToTable("PushSubscriptions");
        subscription.Property(s => s.Id).ValueGeneratedNever();
        subscription.Property(s => s.Endpoint).HasMaxLength(PushSubscription.MaxEndpointLength);
        subscription.Property(s => s.Language).HasMaxLength(8);
        subscription.Property(s => s.SessionExpiresAt).HasDefaultValue(DateTime.UnixEpoch);
        subscription.Property(s => s.IsSuspended).HasDefaultValue(false);
        subscription.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);

        subscription.HasIndex(s => s.Endpoint).IsUnique();
        subscription.HasIndex(s => new { s.UserId, s.CreatedAt });
    }
}
