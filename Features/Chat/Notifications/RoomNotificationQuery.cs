using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>A notification about a room, for one browser.</summary>
/// <param name="Language">"ko" or "en": the user's choice, else the language in which the browser subscribed.</param>
/// <param name="MessageId">The newest unread message of the other member; a removed one only if there is no other.</param>
/// <param name="Removed">
/// Whether the notification only states that the message was removed, in place of the message that the browser shows.
/// </param>
/// <param name="ShouldAlert">False if it silently replaces a notification of a message that was removed.</param>
public sealed record RoomNotification(
    PushSubscription Subscription, string Language, int RoomId, long MessageId, string? From, string? Picture, string Payload,
    bool Removed, string Kind, string? Data, DateTime SentAt, bool ShouldAlert)
{
    /// <summary>
    /// The value of <see cref="DueNotification.NotifiedMessageId"/> once it is delivered. After a removal it is 0, so that the next message
    /// alerts.
    /// </summary>
    public long NotifiedMessageId => Removed ? 0 : MessageId;
}

/// <summary>
/// Finds the notification that a browser gets when a room is due, from the state of the database at that moment.
/// <list type="bullet">
/// <item>If the browser shows nothing of the room: the newest message that is unread, not removed, younger than a day and than the
/// subscription, unless the user has muted the room.</item>
/// <item>If the message that the browser shows was removed: the same message silently, or else that the message was removed. This holds
/// even if the user has read it, because the notification may still be on the screen of another device.</item>
/// <item>Otherwise nothing. A room alerts once, until the user visits it or a day has passed.</item>
/// </list>
/// </summary>
public sealed class RoomNotificationQuery(MarketDb db, IFeatureManager features, TimeProvider time)
{
    /// <returns>Null if there is nothing to send, or if the feature is off for the user.</returns>
    public async Task<RoomNotification?> FindAsync(DueNotification due, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNowInMilliseconds() - NotificationOutbox.MaxAge;
        var found = await db.DueNotifications.AsNoTracking()
            .Where(n => n.SubscriptionId == due.SubscriptionId && n.ChatRoomId == due.ChatRoomId)
            .Join(
                db.RoomMembers, n => new { n.ChatRoomId, n.Subscription.UserId }, m => new { m.ChatRoomId, m.UserId }, (n, m) => new
                {
                    n.Subscription,
                    n.Subscription.User.UserName,
                    Language = n.Subscription.User.Language ?? n.Subscription.Language,
                    n.NotifiedMessageId,
                    IsShown = db.Messages.Any(
                        x => x.Id == n.NotifiedMessageId && x.Id > m.LastReadMessageId && x.CreatedAt >= oldest),
                    WasRemoved = db.Messages.Any(x => x.Id == n.NotifiedMessageId && x.RemovedAt != null),
                    NewestUnreadId = db.Messages
                        .Where(x => x.ChatRoomId == m.ChatRoomId && x.Id > m.LastReadMessageId && x.Id <= m.LastIncomingMessageId
                            && !m.IsMuted && x.UserId != m.UserId && x.RemovedAt == null && x.CreatedAt >= oldest
                            && x.CreatedAt >= n.Subscription.CreatedAt)
                        .OrderByDescending(x => x.Id).Select(x => (long?)x.Id).FirstOrDefault(),
                })
            .FirstOrDefaultAsync(cancellationToken);
        if (found is null || !await IsOnAsync(found.UserName)) return null;

        var alerts = !found.IsShown && found.NewestUnreadId is not null;
        if (!alerts && !found.WasRemoved) return null;

        var messageId = found.NewestUnreadId ?? found.NotifiedMessageId;
        var message = await db.Messages.Where(m => m.Id == messageId)
            .Select(m => new { From = m.User.UserName, Picture = m.User.Avatar, m.Payload, m.RemovedAt, m.Kind, m.Data, m.CreatedAt })
            .FirstAsync(cancellationToken);
        return new RoomNotification(
            found.Subscription, found.Language, due.ChatRoomId, messageId, message.From, message.Picture, message.Payload,
            message.RemovedAt is not null, message.Kind, message.Data, message.CreatedAt, alerts);
    }

    // The worker has no signed-in user, so the flag is evaluated for the user who is notified.
    private Task<bool> IsOnAsync(string? userName) =>
        features.IsEnabledAsync(NotificationsSetup.Flag, new TargetingContext { UserId = userName });
}
