using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Push;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>A notice for one browser, in its language.</summary>
public sealed record NoticeCopy(PushSubscription To, byte[] Content);

/// <summary>A notice on its way to somebody's browsers. Where a push service cannot just now it is sent again, a few times.</summary>
public sealed class NoticeDispatch(int person, Notice notice, IReadOnlyList<NoticeCopy> copies)
{
    private static readonly TimeSpan _keptFor = TimeSpan.FromDays(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan[] _pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private IReadOnlyList<NoticeCopy> _left = copies;
    private int _failures;

    public int Person => person;

    public Notice Notice => notice;

    /// <summary>A push service has taken it, so it is told.</summary>
    public bool IsTaken { get; private set; }

    /// <summary>Null when there is no browser to which it is to be sent again.</summary>
    public DateTimeOffset? NextTry { get; private set; }

    /// <summary>The subscriptions that turned out to be over.</summary>
    public IReadOnlyCollection<Guid> Gone { get; private set; } = [];

    /// <summary>It has reached nobody, and will not.</summary>
    public bool IsLost => NextTry is null && !IsTaken;

    public async Task SendAsync(PushClient push, TimeProvider time, CancellationToken cancellationToken)
    {
        var sent = await Task.WhenAll(
            _left.Select(async copy => (Browser: copy.To.Id, Result: await push.SendAsync(copy.To, MessageOf(copy), cancellationToken))));
        IsTaken |= sent.Any(s => s.Result.Outcome == PushOutcome.Accepted);
        Gone = [.. sent.Where(s => s.Result.Outcome == PushOutcome.Expired).Select(s => s.Browser)];

        var again = sent.Where(s => s.Result.Outcome == PushOutcome.RetryLater && !(s.Result.RetryAfter > _longestPause)).ToList();
        KeepTo(_failures < _pauses.Length ? [.. again.Select(s => s.Browser)] : []);
        if (_left.Count > 0)
        {
            NextTry = time.GetUtcNow() + again.Select(s => s.Result.RetryAfter ?? default).Append(_pauses[_failures++]).Max();
        }
    }

    /// <summary>It is sent again to these browsers only.</summary>
    public void KeepTo(IReadOnlyCollection<Guid> browsers)
    {
        _left = [.. _left.Where(copy => browsers.Contains(copy.To.Id))];
        if (_left.Count == 0) NextTry = null;
    }

    public void GiveUp() => KeepTo([]);

    private PushMessage MessageOf(NoticeCopy copy) => new(copy.Content, TopicOf(copy.To), _keptFor, IsUrgent: notice.IsNews);

    // Says nothing of the room to the push service, which has not got the secret.
    private string TopicOf(PushSubscription browser) =>
        Base64Url.EncodeToString(SHA256.HashData([.. browser.Auth, .. Encoding.ASCII.GetBytes($"room-{notice.RoomId}")]))[..32];
}
