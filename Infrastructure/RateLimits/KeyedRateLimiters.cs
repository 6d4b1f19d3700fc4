using System.Threading.RateLimiting;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// Rate limiters by key, created on demand. Unlike the framework's PartitionedRateLimiter, which looks at its limiters ten times a second
/// as long as the process lives, it has no timer: a limiter is refilled when it is asked, so an idle app does nothing.
/// </summary>
public sealed class KeyedRateLimiters(Func<int, RateLimiter> create, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, RateLimiter> _limiters = [];
    private long _sweptAt = time.GetTimestamp();

    /// <summary>The number of limiters in memory.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _limiters.Count;
        }
    }

    /// <summary>Takes a permit if the limit allows it.</summary>
    public RateLimitLease AttemptAcquire(int key)
    {
        lock (_lock) return Find(key).AttemptAcquire();
    }

    /// <summary>Takes a permit, and waits for it if the limiter has a queue.</summary>
    public ValueTask<RateLimitLease> AcquireAsync(int key, CancellationToken cancellationToken)
    {
        lock (_lock) return Find(key).AcquireAsync(permitCount: 1, cancellationToken);
    }

    public void Dispose()
    {
        foreach (var limiter in _limiters.Values) limiter.Dispose();
    }

    private RateLimiter Find(int key)
    {
        if (time.GetElapsedTime(_sweptAt) >= _sweepInterval) Sweep();
        if (!_limiters.TryGetValue(key, out var limiter)) _limiters[key] = limiter = create(key);
        (limiter as ReplenishingRateLimiter)?.TryReplenish();
        return limiter;
    }

    // A limiter that is idle has all its permits, so it does what a new one would do.
    private void Sweep()
    {
        _sweptAt = time.GetTimestamp();
        foreach (var (key, limiter) in _limiters.ToList())
        {
            (limiter as ReplenishingRateLimiter)?.TryReplenish();
            if (limiter.IdleDuration is null) continue;
            _limiters.Remove(key);
            limiter.Dispose();
        }
    }
}
