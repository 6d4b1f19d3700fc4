using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Signals that something changed for a user, but not what: the receiver queries the database. Each user has a version, the number of the
/// newest change that this instance has received. A client with a current version has missed nothing, so its request needs no query and can
/// wait for the next change. (An event count: Reed and Kanodia, "Synchronization with Eventcounts and Sequencers", 1979.)
/// <para>
/// Versions are comparable across instances and restarts, because one <see cref="IChangeWire"/> numbers all changes. A client's version is
/// current when <c>GetVersion(user) &lt;= known &lt;= newest</c>, where <c>newest</c> is the newest number received for any user. The
/// condition is sufficient because a change is numbered after its commit, and a response carries the version that was read before its
/// query: a client with the number k has seen every change numbered up to k. A change above k that this instance has received makes the
/// version greater than k; one that it has not received yet will do so as soon as it is delivered. For a user without any received change,
/// the version is the floor: the newest number when this instance started to listen, below which it may have missed changes. A number above
/// <c>newest</c> (another instance is a moment ahead, or a restored backup brought older numbers) is not current: the client gets a query
/// and the present version, and does not wait.
/// </para>
/// <para>
/// A client that alternates between two instances with different floors does not query forever: after at most one query at each, its number
/// is at least the floor of both.
/// </para>
/// </summary>
public sealed class ChangeNotifier(IChangeWire wire, TimeProvider time) : IChangeReceiver
{
    /// <summary>The maximum number of requests that wait for one user, one for each tab; a further request is answered at once.</summary>
    public const int MaxWaitersPerUser = 8;

    private readonly ConcurrentDictionary<int, UserChannel> _channels = new();
    private long _newest;
    private long _floor = long.MaxValue; // No version is current while the wire does not deliver.

    /// <summary>
    /// Raised with the id of each user for whom something changed. Handlers run inside a request or a delivery, so they must not wait or
    /// throw.
    /// </summary>
    public event Action<int>? Changed;

    public Task StartAsync(CancellationToken cancellationToken) => wire.StartAsync(this, cancellationToken);

    /// <summary>Returns the number of the newest change for the user that this instance has received, or the floor.</summary>
    public long GetVersion(int userId)
    {
        var received = _channels.TryGetValue(userId, out var channel) ? channel.Version : 0;
        var floor = Volatile.Read(ref _floor);
        return received > floor || floor == long.MaxValue ? received : floor;
    }

    /// <summary>Whether a client that holds this version has missed nothing.</summary>
    public bool IsCurrent(int userId, long knownVersion) =>
        knownVersion >= Volatile.Read(ref _floor) && GetVersion(userId) <= knownVersion && knownVersion <= Volatile.Read(ref _newest);

    /// <summary>The number of requests that wait for a change for the user.</summary>
    public int GetWaiterCount(int userId) => _channels.TryGetValue(userId, out var channel) ? channel.WaiterCount : 0;

    /// <summary>Notifies all instances of a change. Call this after the change is committed: an earlier query would miss it.</summary>
    public void NotifyChanged(int userId) => wire.Publish(userId);

    /// <summary>Waits until something changes for the user, the timeout ends or the caller cancels. It never throws.</summary>
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

    void IChangeReceiver.Listening(long newest)
    {
        RaiseNewest(newest);
        Volatile.Write(ref _floor, newest);
        CompleteWaiters(); // They may have missed a change.
    }

    void IChangeReceiver.Interrupted()
    {
        Volatile.Write(ref _floor, long.MaxValue);
        CompleteWaiters(); // They would wait for a change that is not delivered.
    }

    void IChangeReceiver.Received(int userId, long number)
    {
        RaiseNewest(number);
        GetChannel(userId).Raise(number);
        Changed?.Invoke(userId);
    }

    private void CompleteWaiters()
    {
        foreach (var channel in _channels.Values) channel.Raise(0);
    }

    // Called before the user's own version is raised, so that no client holds a version of this instance above the newest.
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

        /// <summary>
        /// Raises the version and completes the waiters. Deliveries can arrive out of order, so the greatest number counts.
        /// </summary>
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

        /// <returns>False if something has changed since the known version, or if the maximum number of requests wait already.</returns>
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
