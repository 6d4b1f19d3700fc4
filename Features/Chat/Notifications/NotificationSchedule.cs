using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MarketChat.Infrastructure.Realtime;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>
/// For whom the bell has rung, of those who want to be told, and when to look what for: a moment later, by when whoever has the room in
/// view has read it. However often it rings, a person waits here once; it costs as much memory as there are people who want to be told.
/// </summary>
public sealed class NotificationSchedule : IDisposable
{
    /// <summary>A page that shows a message says within a second that it was read.</summary>
    public static readonly TimeSpan DebounceDelay = TimeSpan.FromSeconds(2);

    private readonly ChangeNotifier _notifier;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<int, long> _listening = new();
    private readonly ConcurrentDictionary<int, byte> _waiting = new(), _underWay = new();
    private readonly Channel<(int Person, DateTimeOffset At)> _turns = Channel.CreateUnbounded<(int, DateTimeOffset)>();
    private long _lastCame;

    public NotificationSchedule(ChangeNotifier notifier, TimeProvider time)
    {
        (_notifier, _time) = (notifier, time);
        notifier.Changed += OnUserChanged;
    }

    /// <summary>To be called once their subscription is stored.</summary>
    public void TrackSubscriber(int person) => _listening[person] = Interlocked.Increment(ref _lastCame);

    /// <summary>Which time of asking to be told is their last, for <see cref="UntrackSubscriber"/>.</summary>
    public long GetSubscriptionVersion(int person) => _listening.GetValueOrDefault(person);

    /// <summary>Rings for them cost nothing any more, unless they have asked again since.</summary>
    public void UntrackSubscriber(int person, long cameAt) => _listening.TryRemove(KeyValuePair.Create(person, cameAt));

    public void Add(int person)
    {
        if (_waiting.TryAdd(person, 0)) _turns.Writer.TryWrite((person, _time.GetUtcNow() + DebounceDelay));
    }

    /// <summary>Once that time has come.</summary>
    public async Task AddAsync(int person, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (at - _time.GetUtcNow() is { Ticks: > 0 } early) await Task.Delay(early, _time, cancellationToken);
        Add(person);
    }

    /// <summary>The people to look for, as their time comes, and each only when the last look for them is <see cref="Complete"/>.</summary>
    public async IAsyncEnumerable<int> ReadDueAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (person, at) in _turns.Reader.ReadAllAsync(cancellationToken))
        {
            if (at - _time.GetUtcNow() is { Ticks: > 0 } early) await Task.Delay(early, _time, cancellationToken);
            _waiting.TryRemove(person, out _);
            if (_underWay.TryAdd(person, 0)) yield return person;
            else Add(person);
        }
    }

    public void Complete(int person) => _underWay.TryRemove(person, out _);

    public void Dispose() => _notifier.Changed -= OnUserChanged;

    private void OnUserChanged(int person)
    {
        if (_listening.ContainsKey(person)) Add(person);
    }
}
