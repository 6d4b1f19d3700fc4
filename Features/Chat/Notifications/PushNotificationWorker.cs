using System.Collections.Concurrent;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Push;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Sends to people's browsers what there is to tell them. What it has told is written down before it is sent, so nothing is told twice,
/// also after a restart; what was not told before the app stopped is told when it starts. No notice is worth failing for: what goes wrong
/// is logged, without addresses or words, and the next ring is another occasion.
/// <para>
/// A person has one turn at a time, so that what takes something back never overtakes it. What is to be sent again waits for a later turn
/// of theirs, and holds up nobody.
/// </para>
/// </summary>
public sealed class PushNotificationWorker(
    NotificationSchedule people, MutedUsersCache muting, VapidKeys vapid, PushClient push, IServiceScopeFactory scopes, TimeProvider time,
    ILogger<PushNotificationWorker> log)
    : BackgroundService
{
    // Most of the time of each goes by in waiting for push services; the looks at the database line up, so that people's own writes need
    // not.
    private const int MaxConcurrency = 128, MaxDatabaseConcurrency = 2;

    // Beyond that the next ring has to do: what waits is in memory.
    private const int MaxWaitingUsers = 2_000;

    // For what is being sent when the app stops: cut off, nobody could say whether it was told.
    private static readonly TimeSpan ShutdownGracePeriod = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _sending = new();
    private readonly SemaphoreSlim _looks = new(MaxDatabaseConcurrency);
    private readonly ConcurrentDictionary<int, List<NotificationDelivery>> _waiting = new();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = vapid.PublicKey; // Pages show it, and to show a page must not need a disk with room for a new key.
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
            foreach (var person in await db.PushSubscriptions.Select(s => s.UserId).Distinct().ToListAsync(cancellationToken))
            {
                people.TrackSubscriber(person);
            }

            foreach (var person in await db.RoomMembers.Where(m => m.IsMuted).Select(m => m.UserId).Distinct()
                .ToListAsync(cancellationToken))
            {
                muting.Add(person);
            }

            foreach (var person in await UsersWithPendingAsync(db, cancellationToken)) people.Add(person);
        }

        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _sending.Dispose();
        _looks.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stop = stoppingToken.Register(() => _sending.CancelAfter(ShutdownGracePeriod));
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(people.ReadDueAsync(stoppingToken), options, ProcessUserAsync);
        }
        finally
        {
            await AbandonPendingAsync();
        }
    }

    private static Task<List<int>> UsersWithPendingAsync(MarketDb db, CancellationToken cancellationToken) => db.PushSubscriptions
        .Where(s => db.RoomMembers.Any(member => member.UserId == s.UserId
            && (member.LastIncomingMessageId > member.LastReadMessageId
                || db.Messages.Any(m => m.Id == member.LastNotifiedMessageId && m.RemovedAt != null))))
        .Select(s => s.UserId).Distinct().ToListAsync(cancellationToken);

    private async ValueTask ProcessUserAsync(int person, CancellationToken cancellationToken)
    {
        try
        {
            await NotifyUserAsync(person, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(exception, "Somebody could not be told of a message");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The last moment is over.
        }
        finally
        {
            people.Complete(person);
        }
    }

    private async Task NotifyUserAsync(int person, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var waiting = _waiting.GetValueOrDefault(person, []).ToLookup(dispatch => dispatch.NextTry <= now);
        List<NotificationDelivery> found = [], due = [.. waiting[true]];
        await WithDispatchesAsync(
            async dispatches =>
            {
                found = await dispatches.FindAsync(person, cancellationToken);
                foreach (var dispatch in due) await dispatches.RevalidateAsync(dispatch, cancellationToken);
            },
            cancellationToken);
        due.AddRange(found);

        await Task.WhenAll(due.Select(dispatch => dispatch.SendAsync(push, time, _sending.Token)));
        ScheduleRetry(person, [.. waiting[false], .. due.Where(dispatch => dispatch.NextTry is not null)], cancellationToken);
        if (due.Exists(dispatch => dispatch.IsUndeliverable || dispatch.Gone.Count > 0))
            await WithDispatchesAsync(dispatches => dispatches.RecordResultsAsync(due, _sending.Token), _sending.Token);
        if (found.Count == PendingNotifications.MaxBatchSize
            && found.Any(dispatch => dispatch.IsDelivered)) people.Add(person); // There may be more.
    }

    private void ScheduleRetry(int person, List<NotificationDelivery> dispatches, CancellationToken cancellationToken)
    {
        var hasWaited = _waiting.TryRemove(person, out _);
        if (dispatches.Min(dispatch => dispatch.NextTry) is not { } nextTry) return;
        if (!hasWaited && _waiting.Count >= MaxWaitingUsers)
        {
            dispatches.ForEach(dispatch => dispatch.GiveUp());
            return;
        }

        _waiting[person] = dispatches;
        _ = people.AddAsync(person, nextTry, cancellationToken);
    }

    // What still waits when the app stops has reached nobody, and is told after the next start.
    private async Task AbandonPendingAsync()
    {
        List<NotificationDelivery> left = [.. _waiting.Values.SelectMany(waiting => waiting)];
        if (left.Count == 0) return;
        left.ForEach(dispatch => dispatch.GiveUp());
        await WithDispatchesAsync(dispatches => dispatches.RecordResultsAsync(left, CancellationToken.None), CancellationToken.None);
    }

    private async Task WithDispatchesAsync(Func<NotificationDeliveryService, Task> work, CancellationToken cancellationToken)
    {
        await _looks.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider.GetRequiredService<NotificationDeliveryService>());
        }
        finally
        {
            _looks.Release();
        }
    }
}
