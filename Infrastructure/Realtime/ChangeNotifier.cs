using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Tells that something changed for a user, and nothing else: whoever is told queries the database. Each user has a version, the number of
/// the newest change that this instance has heard of. A client that brings a current version has missed nothing; it is spared the query,
/// or waits for the next change. (An event count: Reed and Kanodia, "Synchronization with Eventcounts and Sequencers", 1979.)
/// <para>
/// Versions are comparable across instances and restarts, because one <see cref="IChangeWire"/> numbers all changes. A client's version is
/// current when <c>GetVersion(user) &lt;= known &lt;= newest</c>, where <c>newest</c> is the newest number heard for anybody. Why that is
/// right: a number is taken after the commit, and a response carries the version that was read before its query. So a client that got the
/// number k has seen every change numbered up to k. If this instance has heard of no change of the user above k, then none exists that it
/// could tell of. A change of which it has not heard yet makes the version greater than k as soon as it is delivered. For users of whom the
/// instance has heard nothing the version is the floor: the newest number when it began to listen, below which it may have missed changes.
/// A number beyond <c>newest</c> (another instance is a moment ahead, or a restored backup brought older numbers) is not current: the
/// client
/// gets a query and a number of today, never silence.
/// </para>
/// <para>
/// Two instances with different floors cannot send a client to and fro: after at most one query at each, it holds a number that is at least
/// the floor of both.
/// </para>
/// </summary>
public sealed class ChangeNotifier(IChangeWire wire, TimeProvider time)
{
    /// <summary>How many requests may wait for one user at a time, one for each tab; one more is answered at once.</summary>
    public const int MaxWaitersPerUser = 8;

    private readonly ConcurrentDictionary<int, UserChannel> _channels = new();
    private long _newest;
    private long _floor = long.MaxValue; // Until it listens, nothing is current.

    /// <summary>
    /// Is raised with the id of each user for whom something changed. A handler runs in the middle of a request or of a delivery: it only
    /// takes a note, and never waits or throws.
    /// </summary>
    public event Action<int>? Changed;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var newest = await wire.StartAsync(Receive, cancellationToken);
        RaiseNewest(newest);
        Volatile.Write(ref _floor, newest);
    }

    /// <summary>The number of the newest change for the user that this instance has heard of, or the floor.</summary>
    public long GetVersion(int userId)
    {
        var heard = _channels.TryGetValue(userId, out var channel) ? channel.Version : 0;
        var floor = Volatile.Read(ref _floor);
        return heard > floor || floor == long.MaxValue ? heard : floor;
    }

    /// <summary>Whether a client that holds this version has missed nothing.</summary>
    public bool IsCurrent(int userId, long knownVersion) =>
        knownVersion >= Volatile.Read(ref _floor) && GetVersion(userId) <= knownVersion && knownVersion <= Volatile.Read(ref _newest);

    /// <summary>The number of requests that wait for a change for the user.</summary>
    public int GetWaiterCount(int userId) => _channels.TryGetValue(userId, out var channel) ? channel.WaiterCount : 0;

    /// <summary>To be called after the change is committed: a query that came earlier would miss it.</summary>
    public void NotifyChanged(int userId) => wire.Publish(userId);

    /// <summary>
    /// Waits until something changes for the user, the time is up or the caller gives up. It never throws, and costs memory only.
    /// </summary>
    /// <param name="knownVersion">Returns at once when this is not current.</param>
    public async Task WaitAsync(int userId, long knownVersion, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!IsCurrent(userId, knownVersion)) return;
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

    private void Receive(int userId, long version)
    {
        RaiseNewest(version);
        GetChannel(userId).Raise(version);
        Changed?.Invoke(userId);
    }

    // Before the user's own version is raised, so that nobody can hold a version of this instance that is beyond the newest.
    private void RaiseNewest(long version)
    {
        for (var newest = Volatile.Read(ref _newest); newest < version; newest = Volatile.Read(ref _newest))
        {
            if (Interlocked.CompareExchange(ref _newest, version, newest) == newest) return;
        }
    }

    private UserChannel GetChannel(int userId) => _channels.GetOrAdd(userId, static _ => new UserChannel());

    private sealed class UserChannel
    {
        private readonly Lock _lock = new();
        private long _version;
        private int _waiterCount;
        private TaskCompletionSource? _nextChange;

        public long Version => Volatile.Read(ref _version);

        public int WaiterCount => Volatile.Read(ref _waiterCount);

        /// <summary>Deliveries may overtake each other: the greatest number counts.</summary>
        public void Raise(long version)
        {
            TaskCompletionSource? change;
            lock (_lock)
            {
                _version = Math.Max(_version, version);
                (change, _nextChange) = (_nextChange, null);
            }

            change?.SetResult();
        }

        /// <returns>False when something has changed since the known version, or too many wait already.</returns>
        public bool TryAddWaiter(long knownVersion, [NotNullWhen(true)] out Task? change)
        {
            lock (_lock)
            {
                change = null;
                if (_version > knownVersion || _waiterCount == MaxWaitersPerUser) return false;
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
