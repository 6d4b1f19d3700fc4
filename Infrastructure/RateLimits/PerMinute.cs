using System.Threading.RateLimiting;

namespace MarketChat.Infrastructure.RateLimits;

public static class PerMinute
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    /// <summary>A bucket of as many tokens, refilled evenly over a minute. The framework drops it once it is full again.</summary>
    public static RateLimitPartition<int> TokenBucketPerMinute(int key, int tokens) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = tokens,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = _minute / tokens,
        AutoReplenishment = false, // One timer does it for all.
    });
}
