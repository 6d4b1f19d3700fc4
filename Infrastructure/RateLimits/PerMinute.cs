using System.Threading.RateLimiting;

namespace MarketChat.Infrastructure.RateLimits;

public static class PerMinute
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    /// <summary>Creates a token bucket that is refilled evenly over a minute.</summary>
    /// <param name="tokens">The capacity of the bucket, and the number of tokens added in a minute.</param>
    public static RateLimiter CreateTokenBucket(int tokens) => new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
    {
        TokenLimit = tokens,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = _minute / tokens,
        AutoReplenishment = false, // A timer for each bucket would keep an idle app busy; see KeyedRateLimiters.
    });
}
