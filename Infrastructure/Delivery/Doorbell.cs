using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MarketChat.Infrastructure.Delivery;

/// <summary>
/// Tells "something changed for this person", and nothing else: whoever hears it looks in the database. Each person has a number
/// that rises with every ring; whoever brings the current number has missed nothing and is spared the look, or may wait for the next
/// ring. After a restart, or on another instance, numbers differ, which costs one honest look. (An event count, after Reed and
/// Kanodia, "Synchronization with Eventcounts and Sequencers", 1979.)
/// </summary>
public sealed class Doorbell(TimeProvider time)
{
    /// <summary>How many may wait for one person at a time, one for each tab; one more is sent away at once.</summary>
    public const int MostWaitingPerPerson = 8;

    // By chance, not by the clock, which may be set back: a number that someone still holds from a former run is then no number of
    // this one. Within what JavaScript counts exactly.
    private readonly long _first = (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 12);
    private readonly ConcurrentDictionary<int, Bell> _bells = new();

    /// <summary>
    /// Says for whom it rang, for whoever wants to hear of everybody. Called by the ringer, in the middle of a request: a listener only
    /// takes a note of it, and never waits or throws.
    /// </summary>
    public event Action<int>? Rang;

    public long Current(int userId) => _bells.TryGetValue(userId, out var bell) ? bell.Number : _first;

    /// <summary>How many are waiting for this person's bell just now.</summary>
    public int CountWaiting(int userId) => _bells.TryGetValue(userId, out var bell) ? bell.Waiting : 0;

    /// <summary>To be called after the change is committed, or the look would come too early.</summary>
    public void Ring(int userId)
    {
        Of(userId).Ring();
        Rang?.Invoke(userId);
    }

    /// <summary>
    /// Waits until the number is no longer <paramref name="heard"/>, the time is up or the caller gives up: it never throws. Costs
    /// memory only.
    /// </summary>
    public async Task WaitAsync(int userId, long heard, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var bell = Of(userId);
        if (!bell.TryAddWaiter(heard, out var ring)) return;
        try
        {
            await ring.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            bell.Leave();
        }
    }

    private Bell Of(int userId) => _bells.GetOrAdd(userId, static (_, first) => new Bell(first), _first);

    private sealed class Bell(long number)
    {
        private readonly Lock _lock = new();
        private long _number = number;
        private int _waiting;
        private TaskCompletionSource? _ring;

        public long Number => Volatile.Read(ref _number);

        public int Waiting => Volatile.Read(ref _waiting);

        public void Ring()
        {
            TaskCompletionSource? ring;
            lock (_lock)
            {
                _number++;
                (ring, _ring) = (_ring, null);
            }

            ring?.SetResult();
        }

        /// <summary>Gives the next ring to wait for; false when it has rung since, or too many wait already.</summary>
        public bool TryAddWaiter(long heard, [NotNullWhen(true)] out Task? ring)
        {
            lock (_lock)
            {
                ring = null;
                if (_number != heard || _waiting == MostWaitingPerPerson) return false;
                _waiting++;
                _ring ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                ring = _ring.Task;
                return true;
            }
        }

        public void Leave()
        {
            lock (_lock) _waiting--;
        }
    }
}
