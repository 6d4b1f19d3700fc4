using System.Collections.Concurrent;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Push;
using MarketChat.Infrastructure.Realtime;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// The table of due notifications (<see cref="DueNotification"/>) and every transition of its rows: enqueue, claim, and then record the
/// outcome. All state is in the database, so a restart loses nothing, and several workers or instances can share the table.
/// <para>
/// In memory are only two hints: which users have a subscription, so that a message to other users costs no statement, and when to query
/// the table next.
/// </para>
/// </summary>
public sealed class NotificationOutbox(IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>
    /// The delay between the last change and the attempt to notify. A page that shows a message marks it as read within a second, so a user
    /// who is viewing the room is not notified, however quickly messages follow one another.
    /// </summary>
    public static readonly TimeSpan DebounceDelay = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The maximum age of a message that causes a notification. It equals the time in which a sender can remove a message.
    /// </summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    /// <summary>
    /// The lease of a claimed row. It is several times the longest delivery: at most ten seconds for a free slot, ten for the push service,
    /// and ten for the write lock.
    /// </summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How often the table is queried when nothing in this process requests it: to find rows that another instance left behind, and
    /// subscriptions made there.
    /// </summary>
    public static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a push service may fail before the browser has to subscribe again, to which another service or endpoint may belong.
    /// </summary>
    public static readonly TimeSpan MaxFailureDuration = TimeSpan.FromDays(3);

    private const int MaxBatchSize = 20;

    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private readonly ConcurrentDictionary<int, byte> _subscribers = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTime _nextQuery = DateTime.MinValue, _subscribersLoadedAt = DateTime.MinValue;

    /// <summary>Call this after a subscription of the user was saved.</summary>
    public void TrackSubscriber(int userId) => _subscribers.TryAdd(userId, 0);

    /// <summary>
    /// Adds the users who have a subscription, and deletes the subscriptions whose session expired long ago. Users who no longer have one
    /// stay until the process ends; each message to them costs a statement that inserts nothing.
    /// </summary>
    public Task LoadSubscribersAsync(CancellationToken cancellationToken) => WithDatabaseAsync(
        async db =>
        {
            _subscribersLoadedAt = time.GetUtcNowInMilliseconds();
            var oldest = _subscribersLoadedAt - PushSubscription.RetentionPeriod;
            var ended = db.PushSubscriptions.Where(s => s.SessionExpiresAt <= oldest);
            if (await ended.AnyAsync(cancellationToken))
            {
                await db.ExecuteInTransactionAsync(token => ended.ExecuteDeleteAsync(token), cancellationToken);
            }

            var userIds = await db.PushSubscriptions.Where(s => !s.IsSuspended).Select(s => s.UserId).Distinct()
                .ToListAsync(cancellationToken);
            userIds.ForEach(TrackSubscriber);
            return userIds.Count;
        });

    /// <summary>
    /// Makes the room due for the other member's browsers, in the transaction of the change, if the change can cause a notification: the
    /// message that a browser shows was removed, or something is unread and the browser shows nothing yet. A row that a worker is sending
    /// becomes due again in any case, because the worker may have read the room before the change. A row that waits for its push service
    /// keeps waiting; what is sent is decided when it is due.
    /// </summary>
    public async Task EnqueueAsync(RoomChange change)
    {
        if (!change.Db.Engine.IsShared && !_subscribers.ContainsKey(change.OtherUserId)) return;
        var now = time.GetUtcNowInMilliseconds();
        var dueAt = now + DebounceDelay;
        await change.Db.Database.ExecuteSqlAsync($"""
            INSERT INTO "DueNotifications" ("SubscriptionId", "ChatRoomId", "NotifiedMessageId", "DueAt", "Attempts", "ExpiresAt")
            SELECT s."Id", m."ChatRoomId", 0, {dueAt}, 0, {now + MaxAge}
            FROM "RoomMembers" m
            JOIN "PushSubscriptions" s ON s."UserId" = m."UserId" AND NOT s."IsSuspended"
            LEFT JOIN "DueNotifications" n ON n."SubscriptionId" = s."Id" AND n."ChatRoomId" = m."ChatRoomId"
            LEFT JOIN "Messages" shown ON shown."Id" = n."NotifiedMessageId"
            WHERE m."ChatRoomId" = {change.RoomId} AND m."UserId" = {change.OtherUserId}
                AND (n."ClaimedUntil" IS NOT NULL
                    OR shown."RemovedAt" IS NOT NULL
                    OR (m."LastIncomingMessageId" > m."LastReadMessageId" AND NOT m."IsMuted"
                        AND (shown."Id" IS NULL OR shown."Id" <= m."LastReadMessageId" OR shown."CreatedAt" < {now - MaxAge})))
            ON CONFLICT ("SubscriptionId", "ChatRoomId") DO UPDATE
            SET "DueAt" = excluded."DueAt", "Attempts" = 0, "ExpiresAt" = excluded."ExpiresAt"
            WHERE "DueNotifications"."DueAt" IS NULL OR "DueNotifications"."Attempts" = 0
                OR "DueNotifications"."ClaimedUntil" IS NOT NULL
            """);
        QueryAt(dueAt); // The transaction commits within milliseconds, long before that time.
    }

    /// <summary>
    /// Claims up to 20 rows that are due, the oldest first. The caller has them for <see cref="LeaseDuration"/>, and reports each by <see
    /// cref="DropAsync"/>, <see cref="RecordAsync"/> or <see cref="RetryAsync"/>. Writes only when a row is due.
    /// </summary>
    public async Task<List<DueNotification>> ClaimDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNowInMilliseconds();
        lock (_lock) _nextQuery = now + MaxIdle;
        if (now - _subscribersLoadedAt >= MaxIdle) await LoadSubscribersAsync(cancellationToken);
        return await WithDatabaseAsync(async db =>
        {
            var next = await db.DueNotifications.Where(n => n.DueAt != null)
                .MinAsync(n => n.ClaimedUntil > n.DueAt ? n.ClaimedUntil : n.DueAt, cancellationToken);
            if (next <= now) return await db.ExecuteInTransactionAsync(token => ClaimDueAsync(db, now, token), cancellationToken);
            if (next is not null) QueryAt(next.Value);
            return [];
        });
    }

    /// <summary>Waits until the table should be queried again.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan delay;
            Task wake;
            lock (_lock)
            {
                if (_wake.Task.IsCompleted) _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
                (delay, wake) = (_nextQuery - time.GetUtcNow().UtcDateTime, _wake.Task);
            }

            if (delay <= TimeSpan.Zero) return;
            await wake.WaitAsync(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Releases a row that has nothing to send: the message was read, removed or muted, or it is too old.</summary>
    public Task DropAsync(DueNotification claimed, CancellationToken cancellationToken) =>
        WriteAsync(db => ReleaseClaimAsync(db, claimed, claimed.NotifiedMessageId, claimed.ExpiresAt), cancellationToken);

    /// <summary>Records the response of the push service.</summary>
    public Task RecordAsync(
        DueNotification claimed, RoomNotification notification, PushResult result, CancellationToken cancellationToken) =>
        result.Outcome switch
        {
            PushOutcome.Accepted => WriteAsync(
                db => CompleteAsync(db, claimed, notification, time.GetUtcNowInMilliseconds()), cancellationToken),
            PushOutcome.Expired => SuspendAsync(claimed, cancellationToken),
            PushOutcome.Refused when claimed.Attempts >= RetryDelays.Length => SuspendAsync(claimed, cancellationToken),
            PushOutcome.Refused or PushOutcome.RetryLater => RetryAsync(claimed, result.RetryAfter, cancellationToken),
            _ => DropAsync(claimed, cancellationToken), // This message was rejected; the next one may not be.
        };

    /// <summary>
    /// Releases a row after a failed attempt. It is due again in 2, then in 10 seconds, or at the time that the service requests. After the
    /// third attempt, or if the service requests more than a minute, the row waits for another event; see <see
    /// cref="DueNotification.DueAt"/>.
    /// </summary>
    public async Task RetryAsync(DueNotification claimed, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        if (claimed.Attempts >= RetryDelays.Length || retryAfter > MaxRetryDelay)
        {
            await WriteAsync(db => AbandonAsync(db, claimed, time.GetUtcNowInMilliseconds()), cancellationToken);
            return;
        }

        var delay = RetryDelays[claimed.Attempts];
        var dueAt = time.GetUtcNowInMilliseconds() + (retryAfter > delay ? retryAfter.Value : delay);
        await WriteAsync(db => RescheduleAsync(db, claimed, dueAt), cancellationToken);
        QueryAt(dueAt);
    }

    /// <summary>
    /// Claims the rows in one statement. Its condition on the lease is repeated outside the subquery, for engines on which two claims can
    /// run at the same time.
    /// </summary>
    private static async Task<List<DueNotification>> ClaimDueAsync(MarketDb db, DateTime now, CancellationToken cancellationToken)
    {
        await db.DueNotifications.Where(n => n.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        await SuspendEndedSessionsAsync(db, now, cancellationToken);
        return await db.DueNotifications
            .FromSql($"""
                UPDATE "DueNotifications" SET "ClaimedUntil" = {now + LeaseDuration}
                WHERE ("SubscriptionId", "ChatRoomId") IN (
                        SELECT "SubscriptionId", "ChatRoomId" FROM "DueNotifications"
                        WHERE "DueAt" <= {now} AND ("ClaimedUntil" IS NULL OR "ClaimedUntil" <= {now})
                        ORDER BY "DueAt" LIMIT {MaxBatchSize})
                    AND ("ClaimedUntil" IS NULL OR "ClaimedUntil" <= {now})
                RETURNING "SubscriptionId", "ChatRoomId", "NotifiedMessageId", "DueAt", "ClaimedUntil", "Attempts", "ExpiresAt"
                """)
            .AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Suspends the subscriptions with something due whose session was revoked or has expired.</summary>
    private static async Task SuspendEndedSessionsAsync(MarketDb db, DateTime now, CancellationToken cancellationToken)
    {
        var suspended = await db.PushSubscriptions
            .Where(s => (s.SecurityStamp != s.User.SecurityStamp || s.SessionExpiresAt <= now)
                && db.DueNotifications.Any(n => n.SubscriptionId == s.Id && n.DueAt <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.IsSuspended, true), cancellationToken);
        if (suspended == 0) return;
        await db.DueNotifications.Where(n => n.DueAt <= now && n.Subscription.IsSuspended).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>
    /// Records that the browser was notified. Its push service works, so the rows that were abandoned for this browser become due again.
    /// </summary>
    private static async Task<bool> CompleteAsync(MarketDb db, DueNotification claimed, RoomNotification notification, DateTime now)
    {
        var isDue = await ReleaseClaimAsync(db, claimed, notification.NotifiedMessageId, notification.SentAt + MaxAge);
        await Subscription(db, claimed).Where(s => s.FailingSince != null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.FailingSince, (DateTime?)null));
        var rescheduled = await db.DueNotifications
            .Where(n => n.SubscriptionId == claimed.SubscriptionId && n.DueAt == null && n.Attempts > 0)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.DueAt, now).SetProperty(n => n.Attempts, 0));
        return isDue || rescheduled > 0;
    }

    /// <summary>Ends the claim. Deletes the row unless it holds the id of the notified message or failed attempts.</summary>
    /// <returns>Whether the row is due again, because the room changed after the claim.</returns>
    private static async Task<bool> ReleaseClaimAsync(
        MarketDb db, DueNotification claimed, long notifiedMessageId, DateTime expiresAt, int attempts = 0)
    {
        var released = await Claimed(db, claimed).Where(n => n.DueAt == claimed.DueAt).ExecuteUpdateAsync(set => set
            .SetProperty(n => n.NotifiedMessageId, notifiedMessageId)
            .SetProperty(n => n.ExpiresAt, expiresAt)
            .SetProperty(n => n.Attempts, attempts)
            .SetProperty(n => n.DueAt, (DateTime?)null)
            .SetProperty(n => n.ClaimedUntil, (DateTime?)null));
        if (released == 0)
        {
            return await Claimed(db, claimed).ExecuteUpdateAsync(set => set
                .SetProperty(n => n.NotifiedMessageId, notifiedMessageId)
                .SetProperty(n => n.ClaimedUntil, (DateTime?)null)) > 0;
        }

        await Row(db, claimed).Where(n => n.DueAt == null && n.NotifiedMessageId == 0 && n.Attempts == 0).ExecuteDeleteAsync();
        return false;
    }

    private static async Task<bool> RescheduleAsync(MarketDb db, DueNotification claimed, DateTime dueAt)
    {
        await Claimed(db, claimed).ExecuteUpdateAsync(set => set
            .SetProperty(n => n.DueAt, dueAt)
            .SetProperty(n => n.Attempts, claimed.Attempts + 1)
            .SetProperty(n => n.ClaimedUntil, (DateTime?)null));
        return false;
    }

    /// <summary>
    /// Releases a row after its last attempt. Suspends the subscription if its push service has failed for too long.
    /// </summary>
    private static async Task<bool> AbandonAsync(MarketDb db, DueNotification claimed, DateTime now)
    {
        var failsTooLong = await Subscription(db, claimed).AnyAsync(s => s.FailingSince <= now - MaxFailureDuration);
        if (failsTooLong) return await SuspendAsync(db, claimed);
        await Subscription(db, claimed).Where(s => s.FailingSince == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.FailingSince, now));
        return await ReleaseClaimAsync(db, claimed, claimed.NotifiedMessageId, claimed.ExpiresAt, claimed.Attempts + 1);
    }

    private Task SuspendAsync(DueNotification claimed, CancellationToken cancellationToken) =>
        WriteAsync(db => SuspendAsync(db, claimed), cancellationToken);

    private static async Task<bool> SuspendAsync(MarketDb db, DueNotification claimed)
    {
        await Subscription(db, claimed).ExecuteUpdateAsync(set => set.SetProperty(s => s.IsSuspended, true));
        await db.DueNotifications.Where(n => n.SubscriptionId == claimed.SubscriptionId).ExecuteDeleteAsync();
        return false;
    }

    private static IQueryable<PushSubscription> Subscription(MarketDb db, DueNotification claimed) =>
        db.PushSubscriptions.Where(s => s.Id == claimed.SubscriptionId);

    private static IQueryable<DueNotification> Row(MarketDb db, DueNotification claimed) =>
        db.DueNotifications.Where(n => n.SubscriptionId == claimed.SubscriptionId && n.ChatRoomId == claimed.ChatRoomId);

    // The lease identifies the claim: once it has expired, another worker has the row, and this worker's result is ignored.
    private static IQueryable<DueNotification> Claimed(MarketDb db, DueNotification claimed) =>
        Row(db, claimed).Where(n => n.ClaimedUntil == claimed.ClaimedUntil);

    private void QueryAt(DateTime at)
    {
        lock (_lock)
        {
            if (at >= _nextQuery) return;
            _nextQuery = at;
            _wake.TrySetResult();
        }
    }

    /// <param name="work">Returns whether a row is due now.</param>
    /// <param name="cancellationToken">Ends the wait for the write lock.</param>
    private async Task WriteAsync(Func<MarketDb, Task<bool>> work, CancellationToken cancellationToken)
    {
        var isDue = await WithDatabaseAsync(db => db.Engine.ExecuteInSharedTransactionAsync(db, work, cancellationToken));
        if (isDue) QueryAt(time.GetUtcNowInMilliseconds());
    }

    private async Task<T> WithDatabaseAsync<T>(Func<MarketDb, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<MarketDb>());
    }
}
