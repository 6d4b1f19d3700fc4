using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Push;
using Microsoft.EntityFrameworkCore;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// Sends to people's browsers what there is to tell them. What it has told is written down before it is sent, so nothing is told twice,
/// also after a restart; what was not told before the app stopped is told when it starts. No notice is worth failing for: what goes wrong
/// is logged, without addresses or words, and the next ring is another occasion.
/// </summary>
public sealed class NoticeSender(
    PeopleToTell people, MutingPeople muting, Vapid vapid, PushClient push, IServiceScopeFactory scopes, TimeProvider time, ILogger<NoticeSender> log)
    : BackgroundService
{
    // Most of the time of each goes by in waiting for push services; the looks at the database line up, so that people's own writes need not.
    private const int MostPeopleAtOnce = 128, MostLooksAtOnce = 2;

    private static readonly TimeSpan _keptFor = TimeSpan.FromDays(1);
    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan[] _pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private readonly SemaphoreSlim _looks = new(MostLooksAtOnce);

    private sealed record Browser(PushSubscription Subscription, string? PersonName, string Language, bool IsOver);

    private sealed record Sending(PushSubscription To, Notice Notice, byte[] Content);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = vapid.PublicKey; // Pages show it, and to show a page must not need a disk with room for a new key.
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
            foreach (var person in await db.PushSubscriptions.Select(s => s.UserId).Distinct().ToListAsync(cancellationToken)) people.Listen(person);
            foreach (var person in await db.RoomNotices.Where(n => n.Muted).Select(n => n.UserId).Distinct().ToListAsync(cancellationToken)) muting.Add(person);
            foreach (var person in await WithUnreadAsync(db, cancellationToken)) people.Add(person);
        }

        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _looks.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Parallel.ForEachAsync(
        people.DueAsync(stoppingToken),
        new ParallelOptions { MaxDegreeOfParallelism = MostPeopleAtOnce, CancellationToken = stoppingToken },
        async (person, cancellationToken) =>
        {
            try
            {
                await TellAsync(person, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                log.LogError(exception, "Somebody could not be told of a message");
            }
            finally
            {
                people.Done(person);
            }
        });

    private static Task<List<int>> WithUnreadAsync(MarketDb db, CancellationToken cancellationToken) => db.PushSubscriptions
        .Where(s => db.ChatRooms.Any(r => r.BuyerId == s.UserId && r.LastSellerMessageId > r.BuyerReadUpTo)
            || db.ChatRooms.Any(r => r.SellerId == s.UserId && r.LastBuyerMessageId > r.SellerReadUpTo))
        .Select(s => s.UserId).Distinct().ToListAsync(cancellationToken);

    private async Task TellAsync(int person, CancellationToken cancellationToken)
    {
        var sendings = await LookAsync(person, cancellationToken);
        await Task.WhenAll(sendings.Select(sending => SendAsync(sending, cancellationToken)));
    }

    private async Task<List<Sending>> LookAsync(int person, CancellationToken cancellationToken)
    {
        await _looks.WaitAsync(cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await FindAsync(person, scope.ServiceProvider, cancellationToken);
        }
        finally
        {
            _looks.Release();
        }
    }

    private async Task<List<Sending>> FindAsync(int person, IServiceProvider services, CancellationToken cancellationToken)
    {
        var cameAt = people.CameAt(person);
        var db = services.GetRequiredService<MarketDb>();
        var browsers = await db.PushSubscriptions.AsNoTracking().Where(s => s.UserId == person)
            .Select(s => new Browser(s, s.User.UserName, s.User.Language ?? s.Language, s.Stamp != s.User.SecurityStamp))
            .ToListAsync(cancellationToken);
        foreach (var browser in browsers.Where(b => b.IsOver)) await ForgetAsync(db, browser.Subscription, cancellationToken);
        browsers.RemoveAll(b => b.IsOver);
        if (browsers.Count == 0) people.StopListening(person, cameAt);
        if (browsers.Count == 0 || !await IsOnAsync(services, browsers[0].PersonName)) return [];

        var words = services.GetRequiredService<NoticeWords>();
        var since = browsers.Min(b => b.Subscription.CreatedAt);
        var notices = await services.GetRequiredService<NoticeQuery>().TakeAsync(person, since, cancellationToken);
        return [.. from browser in browsers
                   from notice in notices
                   where notice.SentAt >= browser.Subscription.CreatedAt || notice.Replaces
                   select new Sending(browser.Subscription, notice, words.In(browser.Language, notice))];
    }

    // For this person: the flag may be on for some people only, and here nobody is signed in.
    private static Task<bool> IsOnAsync(IServiceProvider services, string? person) =>
        services.GetRequiredService<IFeatureManager>().IsEnabledAsync(NotificationsSetup.Flag, new TargetingContext { UserId = person });

    private async Task SendAsync(Sending sending, CancellationToken cancellationToken)
    {
        var message = new PushMessage(sending.Content, TopicOf(sending), _keptFor, IsUrgent: !sending.Notice.Replaces);
        for (var failures = 0; ; failures++)
        {
            var answer = await push.SendAsync(sending.To, message, cancellationToken);
            if (answer.Outcome == PushOutcome.Gone) await ForgetAsync(sending.To, cancellationToken);
            if (answer.Outcome != PushOutcome.NotNow || failures == _pauses.Length || answer.RetryAfter > _longestRetryAfter) return;

            var pause = answer.RetryAfter > _pauses[failures] ? answer.RetryAfter.Value : _pauses[failures];
            await Task.Delay(pause, time, cancellationToken);
            if (!await StillStandsAsync(sending, cancellationToken)) return;
        }
    }

    // Says nothing of the room to the push service, which has not got the secret.
    private static string TopicOf(Sending sending) =>
        Base64Url.EncodeToString(SHA256.HashData([.. sending.To.Auth, .. Encoding.ASCII.GetBytes($"room-{sending.Notice.RoomId}")]))[..32];

    private async Task<bool> StillStandsAsync(Sending sending, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<NoticeQuery>().StandsAsync(sending.To.UserId, sending.Notice, cancellationToken);
    }

    private async Task ForgetAsync(PushSubscription browser, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await ForgetAsync(scope.ServiceProvider.GetRequiredService<MarketDb>(), browser, cancellationToken);
    }

    private static Task<int> ForgetAsync(MarketDb db, PushSubscription browser, CancellationToken cancellationToken) =>
        db.WriteAsync(token => db.PushSubscriptions.Where(s => s.Id == browser.Id).ExecuteDeleteAsync(token), cancellationToken);
}
