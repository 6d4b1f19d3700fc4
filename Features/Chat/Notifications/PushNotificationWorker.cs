using System.Runtime.CompilerServices;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Push;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Sends the notifications of the <see cref="NotificationOutbox"/>. A notification is delivered at least once: its row is updated after the
/// push service has responded, so a crash in between sends it again. Browsers show the second one in place of the first, because both have
/// the same tag.
/// </summary>
public sealed class PushNotificationWorker(
    NotificationOutbox outbox, PushClient push, VapidKeys vapid, IServiceScopeFactory scopes, TimeProvider time,
    ILogger<PushNotificationWorker> log)
    : BackgroundService
{
    // A delivery only waits for its push service, at most ten seconds. The number is so high that the services that do not respond leave
    // room for those that do.
    private const int MaxConcurrency = 256;

    // Deliveries that read from the database at the same time. Requests of users come first.
    private const int MaxDatabaseConcurrency = 2;

    private static readonly TimeSpan DelayAfterError = TimeSpan.FromSeconds(10);

    // Notifications that are being sent when the app stops may finish, so that they are not sent again after the start.
    private static readonly TimeSpan ShutdownGracePeriod = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _sending = new();
    private readonly SemaphoreSlim _queries = new(MaxDatabaseConcurrency);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = vapid.PublicKey; // Creates the key now: pages show it, and a page must not fail because the disk is full.
        await outbox.LoadSubscribersAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _sending.Dispose();
        _queries.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stop = stoppingToken.Register(() => _sending.CancelAfter(ShutdownGracePeriod));
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = stoppingToken };
        await Parallel.ForEachAsync(ClaimAsync(stoppingToken), options, async (claimed, _) => await DeliverAsync(claimed));
    }

    private async IAsyncEnumerable<DueNotification> ClaimAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            List<DueNotification> claimed = [];
            try
            {
                claimed = await outbox.ClaimDueAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                log.LogError(exception, "The due notifications could not be read; the next attempt is in {Delay}", DelayAfterError);
                await Task.Delay(DelayAfterError, time, cancellationToken);
                continue;
            }

            foreach (var notification in claimed) yield return notification;
            if (claimed.Count == 0) await outbox.WaitAsync(cancellationToken);
        }
    }

    private async Task DeliverAsync(DueNotification claimed)
    {
        try
        {
            if (await FindAsync(claimed) is not var (notification, message))
            {
                await outbox.DropAsync(claimed, _sending.Token);
                return;
            }

            var result = await push.SendAsync(notification.Subscription, message, _sending.Token);
            await outbox.RecordAsync(claimed, notification, result, _sending.Token);
        }
        catch (OperationCanceledException) when (_sending.IsCancellationRequested)
        {
            // The app is stopping. The lease expires, and the notification is sent after the next start.
        }
        catch (Exception exception)
        {
            log.LogError(exception, "A notification could not be sent; it will be retried");
            await ReleaseForRetryAsync(claimed);
        }
    }

    private async Task<(RoomNotification Notification, PushMessage Message)?> FindAsync(DueNotification claimed)
    {
        await _queries.WaitAsync(_sending.Token);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var query = scope.ServiceProvider.GetRequiredService<RoomNotificationQuery>();
            if (await query.FindAsync(claimed, _sending.Token) is not { } notification) return null;
            return (notification, scope.ServiceProvider.GetRequiredService<NotificationPayloadFactory>().Create(notification));
        }
        finally
        {
            _queries.Release();
        }
    }

    private async Task ReleaseForRetryAsync(DueNotification claimed)
    {
        try
        {
            await outbox.RetryAsync(claimed, retryAfter: null, _sending.Token);
        }
        catch (Exception exception)
        {
            log.LogWarning(exception, "A notification could not be released; it is due again when its lease expires");
        }
    }
}
