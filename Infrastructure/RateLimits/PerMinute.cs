using System.Threading.RateLimiting;

namespace MarketChat.Infrastructure.RateLimits;

public static class PerMinute
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    /// <summary>Creates a token bucket that is refilled evenly over a minute. The framework drops a bucket that is full again.</summary>
    /// <param name="tokens">The capacity of the bucket, and the number of tokens added in a minute.</param>
    public static RateLimitPartition<int> TokenBucketPerMinute(int key, int tokens) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = tokens,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = _minute / tokens,
        AutoReplenishment = false, // The partitioned limiter replenishes all buckets with one timer.
    });
}
