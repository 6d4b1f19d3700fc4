using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// The push notification about one room in one browser: when it is due, who is sending it, and of which message the browser was notified
/// last. A row is written in the transaction of the change that makes it due, and deleted when nothing is left to send or to remember.
/// (The pattern is a transactional outbox, https://microservices.io/patterns/data/transactional-outbox.html.)
/// <para>
/// One row per browser, because browsers fail independently: each has its own push service, its own retries, and its own last message.
/// </para>
/// </summary>
public sealed class DueNotification
{
    public Guid SubscriptionId { get; set; }
    public PushSubscription Subscription { get; set; } = null!;
    public int ChatRoomId { get; set; }
    public ChatRoom ChatRoom { get; set; } = null!;

    /// <summary>
    /// The id of the message of which this browser was notified last; 0 for none. While it is greater than the member's read marker, the
    /// browser shows the notification, and further messages cause no further notification.
    /// </summary>
    public long NotifiedMessageId { get; set; }

    /// <summary>
    /// When a worker should process the row; null while there is nothing to send. It is also null after the last failed attempt: the row
    /// becomes due again with the next change of the room, or when the browser's push service accepts another notification.
    /// </summary>
    public DateTime? DueAt { get; set; }

    /// <summary>
    /// The end of the lease of the worker that is sending the notification; null while no worker is. No other worker claims the row before
    /// then. If the process dies, the lease expires and another worker takes over.
    /// </summary>
    public DateTime? ClaimedUntil { get; set; }

    /// <summary>The number of failed attempts since the row became due.</summary>
    public int Attempts { get; set; }

    /// <summary>When the row is deleted, sent or not.</summary>
    public DateTime ExpiresAt { get; set; }
}

public sealed class DueNotificationConfiguration : IEntityTypeConfiguration<DueNotification>
{
    public void Configure(EntityTypeBuilder<DueNotification> notification)
    {
        notification.HasKey(n => new { n.SubscriptionId, n.ChatRoomId });
        notification.HasOne(n => n.Subscription).WithMany().HasForeignKey(n => n.SubscriptionId).OnDelete(DeleteBehavior.Cascade);
        notification.HasOne(n => n.ChatRoom).WithMany().HasForeignKey(n => n.ChatRoomId).OnDelete(DeleteBehavior.Cascade);

        notification.HasIndex(n => n.DueAt).HasFilter("\"DueAt\" IS NOT NULL");
        notification.HasIndex(n => n.ExpiresAt);
    }
}
