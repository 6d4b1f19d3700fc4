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
public sealed class NoticeSender(
    PeopleToTell people, MutingPeople muting, VapidKeys vapid, PushClient push, IServiceScopeFactory scopes, TimeProvider time,
    ILogger<NoticeSender> log)
    : BackgroundService
{
    // Most of the time of each goes by in waiting for push services; the looks at the database line up, so that people's own writes need
    // not.
    private const int MostPeopleAtOnce = 128, MostLooksAtOnce = 2;

    // Beyond that the next ring has to do: what waits is in memory.
    private const int MostPeopleWaiting = 2_000;

    // For what is being sent when the app stops: cut off, nobody could say whether it was told.
    private static readonly TimeSpan _lastMoment = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _sending = new();
    private readonly SemaphoreSlim _looks = new(MostLooksAtOnce);
    private readonly ConcurrentDictionary<int, List<NoticeDispatch>> _waiting = new();

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = vapid.PublicKey; // Pages show it, and to show a page must not need a disk with room for a new key.
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
            foreach (var person in await db.PushSubscriptions.Select(s => s.UserId).Distinct().ToListAsync(cancellationToken))
            {
                people.Listen(person);
            }

            foreach (var person in await db.RoomNotices.Where(n => n.Muted).Select(n => n.UserId).Distinct().ToListAsync(cancellationToken))
            {
                muting.Add(person);
            }

            foreach (var person in await WithSomethingToTellAsync(db, cancellationToken)) people.Add(person);
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
        await using var stop = stoppingToken.Register(() => _sending.CancelAfter(_lastMoment));
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = MostPeopleAtOnce, CancellationToken = stoppingToken };
            await Parallel.ForEachAsync(people.DueAsync(stoppingToken), options, TakeTurnAsync);
        }
        finally
        {
            await GiveUpAsync();
        }
    }

    private static Task<List<int>> WithSomethingToTellAsync(MarketDb db, CancellationToken cancellationToken) => db.PushSubscriptions
        .Where(s => db.ChatRooms.Any(r => r.BuyerId == s.UserId && r.LastSellerMessageId > r.BuyerReadUpTo)
            || db.ChatRooms.Any(r => r.SellerId == s.UserId && r.LastBuyerMessageId > r.SellerReadUpTo)
            || db.RoomNotices.Any(n => n.UserId == s.UserId && db.Messages.Any(m => m.Id == n.NotifiedUpTo && m.RemovedAt != null)))
        .Select(s => s.UserId).Distinct().ToListAsync(cancellationToken);

    private async ValueTask TakeTurnAsync(int person, CancellationToken cancellationToken)
    {
        try
        {
            await TellAsync(person, cancellationToken);
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
            people.Done(person);
        }
    }

    private async Task TellAsync(int person, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var waiting = _waiting.GetValueOrDefault(person, []).ToLookup(dispatch => dispatch.NextTry <= now);
        List<NoticeDispatch> found = [], due = [.. waiting[true]];
        await WithDispatchesAsync(
            async dispatches =>
            {
                found = await dispatches.FindAsync(person, cancellationToken);
                foreach (var dispatch in due) await dispatches.ReviseAsync(dispatch, cancellationToken);
            },
            cancellationToken);
        due.AddRange(found);

        await Task.WhenAll(due.Select(dispatch => dispatch.SendAsync(push, time, _sending.Token)));
        Wait(person, [.. waiting[false], .. due.Where(dispatch => dispatch.NextTry is not null)], cancellationToken);
        if (due.Exists(dispatch => dispatch.IsLost || dispatch.Gone.Count > 0))
            await WithDispatchesAsync(dispatches => dispatches.NoteAsync(due, _sending.Token), _sending.Token);
        if (found.Count == NoticeQuery.MostAtOnce && found.Any(dispatch => dispatch.IsTaken)) people.Add(person); // There may be more.
    }

    private void Wait(int person, List<NoticeDispatch> dispatches, CancellationToken cancellationToken)
    {
        var hasWaited = _waiting.TryRemove(person, out _);
        if (dispatches.Min(dispatch => dispatch.NextTry) is not { } nextTry) return;
        if (!hasWaited && _waiting.Count >= MostPeopleWaiting)
        {
            dispatches.ForEach(dispatch => dispatch.GiveUp());
            return;
        }

        _waiting[person] = dispatches;
        _ = people.AddAsync(person, nextTry, cancellationToken);
    }

    // What still waits when the app stops has reached nobody, and is told after the next start.
    private async Task GiveUpAsync()
    {
        List<NoticeDispatch> left = [.. _waiting.Values.SelectMany(waiting => waiting)];
        if (left.Count == 0) return;
        left.ForEach(dispatch => dispatch.GiveUp());
        await WithDispatchesAsync(dispatches => dispatches.NoteAsync(left, CancellationToken.None), CancellationToken.None);
    }

    private async Task WithDispatchesAsync(Func<NoticeDispatches, Task> work, CancellationToken cancellationToken)
    {
        await _looks.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await work(scope.ServiceProvider.GetRequiredService<NoticeDispatches>());
        }
        finally
        {
            _looks.Release();
        }
    }
}
