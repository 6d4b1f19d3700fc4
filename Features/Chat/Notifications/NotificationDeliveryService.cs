using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>What is to be sent to somebody's browsers, and what is to be written down of it.</summary>
public sealed class NotificationDeliveryService(MarketDb db, NotificationSchedule people, PendingNotifications notices,
    NotificationPayloadFactory words, IFeatureManager features)
{
    private sealed record Browser(PushSubscription Subscription, string? PersonName, string Language, bool IsOver);

    /// <summary>What there is to tell somebody, which counts as told from now on.</summary>
    public async Task<List<NotificationDelivery>> FindAsync(int person, CancellationToken cancellationToken)
    {
        var cameAt = people.GetSubscriptionVersion(person);
        var browsers = await db.PushSubscriptions.AsNoTracking().Where(s => s.UserId == person)
            .Select(s => new Browser(s, s.User.UserName, s.User.Language ?? s.Language, s.SecurityStamp != s.User.SecurityStamp))
            .ToListAsync(cancellationToken);
        await DeleteSubscriptionsAsync([.. browsers.Where(b => b.IsOver).Select(b => b.Subscription.Id)], cancellationToken);
        browsers.RemoveAll(b => b.IsOver);
        if (browsers.Count == 0) people.UntrackSubscriber(person, cameAt);
        if (browsers.Count == 0 || !await IsOnAsync(browsers[0].PersonName)) return [];

        var since = browsers.Min(b => b.Subscription.CreatedAt);
        return [.. from notice in await notices.ClaimAsync(person, since, cancellationToken)
                   select new NotificationDelivery(person, notice, CopiesOf(notice, browsers))];
    }

    /// <summary>
    /// What has waited may have become pointless; and a browser in which somebody has signed out meanwhile gets it no more.
    /// </summary>
    public async Task RevalidateAsync(NotificationDelivery dispatch, CancellationToken cancellationToken)
    {
        if (!await notices.IsStillRelevantAsync(dispatch.UserId, dispatch.Notice, cancellationToken)) dispatch.GiveUp();
        else dispatch.RestrictTo(
            await db.PushSubscriptions.Where(s => s.UserId == dispatch.UserId && s.SecurityStamp == s.User.SecurityStamp)
            .Select(s => s.Id).ToListAsync(cancellationToken));
    }

    /// <summary>Forgets the subscriptions that are over; and what has reached nobody does not count as told.</summary>
    public async Task RecordResultsAsync(IReadOnlyCollection<NotificationDelivery> sent, CancellationToken cancellationToken)
    {
        await DeleteSubscriptionsAsync([.. sent.SelectMany(dispatch => dispatch.Gone)], cancellationToken);
        foreach (var lost in sent.Where(dispatch => dispatch.IsUndeliverable))
        {
            await notices.ReleaseAsync(lost.UserId, lost.Notice, cancellationToken);
        }
    }

    private List<DeviceNotification> CopiesOf(RoomNotification notice, List<Browser> browsers) =>
        [.. from browser in browsers
            where notice.SentAt >= browser.Subscription.CreatedAt || !notice.ShouldAlert
            select new DeviceNotification(browser.Subscription, words.Create(browser.Language, notice))];

    // For this person: the flag may be on for some people only, and here nobody is signed in.
    private Task<bool> IsOnAsync(string? person) =>
        features.IsEnabledAsync(NotificationsSetup.Flag, new TargetingContext { UserId = person });

    private async Task DeleteSubscriptionsAsync(IReadOnlyCollection<Guid> browsers, CancellationToken cancellationToken)
    {
        if (browsers.Count == 0) return;
        await db.ExecuteInTransactionAsync(token => db.PushSubscriptions.Where(s => browsers.Contains(s.Id)).ExecuteDeleteAsync(token),
            cancellationToken);
    }
}
