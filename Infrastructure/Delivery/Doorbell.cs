using System.Collections.Concurrent;

namespace MarketChat.Infrastructure.Delivery;

/// <summary>
/// Tells "something changed for this person", and nothing else: whoever hears it looks in the database. Each person has a number
/// that rises with every ring; whoever brings the current number has missed nothing and is spared the look. After a restart, or on
/// another instance, numbers differ, which costs one honest look.
/// </summary>
public sealed class Doorbell(TimeProvider time)
{
    // Far above any number a former run can have reached, and within what JavaScript counts exactly.
    private readonly long _first = time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;
    private readonly ConcurrentDictionary<int, long> _rings = new();

    public long Current(int userId) => _rings.GetValueOrDefault(userId, _first);

    /// <summary>To be called after the change is committed, or the look would come too early.</summary>
    public void Ring(int userId) => _rings.AddOrUpdate(userId, _first + 1, (_, number) => number + 1);
}
