using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Tells "something changed for this person", and nothing else: whoever hears it looks in the database. Each person has a number
/// that rises with every ring; whoever brings the current number has missed nothing and is spared the look, or may wait for the next
/// ring. After a restart, or on another instance, numbers differ, which costs one honest look. (An event count, after Reed and
/// Kanodia, "Synchronization with Eventcounts and Sequencers", 1979.)
/// </summary>
public sealed class ChangeNotifier(TimeProvider time)
{
    /// <summary>How many may wait for one person at a time, one for each tab; one more is sent away at once.</summary>
    public const int MaxWaitersPerUser = 8;

    // By chance, not by the clock, which may be set back: a number that someone still holds from a former run is then no number of
    // this one. Within what JavaScript counts exactly.
    private readonly long _initialVersion = (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 12);
    private readonly ConcurrentDictionary<int, UserChannel> _channels = new();

    /// <summary>
    /// Says for whom it rang, for whoever wants to hear of everybody. Called by the ringer, in the middle of a request: a listener only
    /// takes a note of it, and never waits or throws.
    /// </summary>
    public event Action<int>? Changed;

    public long GetVersion(int userId) => _channels.TryGetValue(userId, out var channel) ? channel.Version : _initialVersion;

    /// <summary>How many are waiting for this person's channel just now.</summary>
    public int GetWaiterCount(int userId) => _channels.TryGetValue(userId, out var channel) ? channel.WaiterCount : 0;

    /// <summary>To be called after the change is committed, or the look would come too early.</summary>
    public void NotifyChanged(int userId)
    {
        GetChannel(userId).NotifyChanged();
        Changed?.Invoke(userId);
    }

    /// <summary>
    /// Waits until the number is no longer <paramref name="knownVersion"/>, the time is up or the caller gives up: it never throws. Costs
    /// memory only.
    /// </summary>
    public async Task WaitAsync(int userId, long knownVersion, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var channel = GetChannel(userId);
        if (!channel.TryAddWaiter(knownVersion, out var change)) return;
        try
        {
            await change.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            channel.RemoveWaiter();
        }
    }

    private UserChannel GetChannel(int userId) => _channels.GetOrAdd(userId, static (_, first) => new UserChannel(first), _initialVersion);

    private sealed class UserChannel(long initialVersion)
    {
        private readonly Lock _lock = new();
        private long _version = initialVersion;
        private int _waiterCount;
        private TaskCompletionSource? _nextChange;

        public long Version => Volatile.Read(ref _version);

        public int WaiterCount => Volatile.Read(ref _waiterCount);

        public void NotifyChanged()
        {
            TaskCompletionSource? change;
            lock (_lock)
            {
                _version++;
                (change, _nextChange) = (_nextChange, null);
            }

            change?.SetResult();
        }

        /// <summary>Gives the next ring to wait for; false when it has rung since, or too many wait already.</summary>
        public bool TryAddWaiter(long knownVersion, [NotNullWhen(true)] out Task? change)
        {
            lock (_lock)
            {
                change = null;
                if (_version != knownVersion || _waiterCount == MaxWaitersPerUser) return false;
                _waiterCount++;
                _nextChange ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                change = _nextChange.Task;
                return true;
            }
        }

        public void RemoveWaiter()
        {
            lock (_lock) _waiterCount--;
        }
    }
}
