using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// Counts tries per name, wherever they come from: guesses at one password come from many addresses. Knows nothing of who exists, so
/// it tells nothing about it.
/// </summary>
public sealed class SignInRateLimiter(IOptions<RateLimitSettings> settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _names = PartitionedRateLimiter.Create<string, int>(
        name => PerMinute.TokenBucketPerMinute(HashedPartitionKey.ForKey(name), settings.Value.SignInsPerNamePerMinute));

    /// <summary>Counts one more, or says how long to wait before the next.</summary>
    /// <param name="name">In the form in which names are compared.</param>
    public RateLimitRejection? TryAcquire(string name)
    {
        if (!settings.Value.Enabled) return null;
        using var lease = _names.AttemptAcquire(name);
        return lease.IsAcquired ? null : RateLimitRejection.FromLease(lease);
    }

    public void Dispose() => _names.Dispose();
}
