using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Push;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>A notice for one browser, in its language.</summary>
public sealed record DeviceNotification(PushSubscription To, byte[] Content);

/// <summary>A notice on its way to somebody's browsers. Where a push service cannot just now it is sent again, a few times.</summary>
public sealed class NotificationDelivery(int person, RoomNotification notice, IReadOnlyList<DeviceNotification> copies)
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private IReadOnlyList<DeviceNotification> _left = copies;
    private int _failures;

    public int UserId => person;

    public RoomNotification Notice => notice;

    /// <summary>A push service has taken it, so it is told.</summary>
    public bool IsDelivered { get; private set; }

    /// <summary>Null when there is no browser to which it is to be sent again.</summary>
    public DateTimeOffset? NextTry { get; private set; }

    /// <summary>The subscriptions that turned out to be over.</summary>
    public IReadOnlyCollection<Guid> Gone { get; private set; } = [];

    /// <summary>It has reached nobody, and will not.</summary>
    public bool IsUndeliverable => NextTry is null && !IsDelivered;

    public async Task SendAsync(PushClient push, TimeProvider time, CancellationToken cancellationToken)
    {
        var sent = await Task.WhenAll(
            _left.Select(async copy => (Browser: copy.To.Id, Result: await push.SendAsync(copy.To, MessageOf(copy), cancellationToken))));
        IsDelivered |= sent.Any(s => s.Result.Outcome == PushOutcome.Accepted);
        Gone = [.. sent.Where(s => s.Result.Outcome == PushOutcome.Expired).Select(s => s.Browser)];

        var again = sent.Where(s => s.Result.Outcome == PushOutcome.RetryLater && !(s.Result.RetryAfter > MaxRetryDelay)).ToList();
        RestrictTo(_failures < RetryDelays.Length ? [.. again.Select(s => s.Browser)] : []);
        if (_left.Count > 0)
        {
            NextTry = time.GetUtcNow() + again.Select(s => s.Result.RetryAfter ?? default).Append(RetryDelays[_failures++]).Max();
        }
    }

    /// <summary>It is sent again to these browsers only.</summary>
    public void RestrictTo(IReadOnlyCollection<Guid> browsers)
    {
        _left = [.. _left.Where(copy => browsers.Contains(copy.To.Id))];
        if (_left.Count == 0) NextTry = null;
    }

    public void GiveUp() => RestrictTo([]);

    private PushMessage MessageOf(DeviceNotification copy) => new(copy.Content, TopicOf(copy.To), TimeToLive, IsUrgent: notice.ShouldAlert);

    // Says nothing of the room to the push service, which has not got the secret.
    private string TopicOf(PushSubscription browser) =>
        Base64Url.EncodeToString(SHA256.HashData([.. browser.Auth, .. Encoding.ASCII.GetBytes($"room-{notice.RoomId}")]))[..32];
}
