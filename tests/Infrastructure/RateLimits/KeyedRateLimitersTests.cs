using System.Threading.RateLimiting;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace MarketChat.Tests.Infrastructure.RateLimits;

public sealed class KeyedRateLimitersTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Each_key_has_its_own_limit()
    {
        using var limiters = new KeyedRateLimiters(_ => PerMinute.CreateTokenBucket(1), _clock);

        limiters.AttemptAcquire(1).IsAcquired.ShouldBeTrue();
        limiters.AttemptAcquire(1).IsAcquired.ShouldBeFalse();
        limiters.AttemptAcquire(2).IsAcquired.ShouldBeTrue();
    }

    [Fact]
    public void Limiters_with_all_their_permits_are_dropped_and_those_in_use_stay()
    {
        using var limiters = new KeyedRateLimiters(_ => new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 0 }), _clock);
        using var held = limiters.AttemptAcquire(1);
        limiters.AttemptAcquire(2).Dispose();
        limiters.AttemptAcquire(3).Dispose();

        _clock.Advance(TimeSpan.FromMinutes(2));

        limiters.AttemptAcquire(1).IsAcquired.ShouldBeFalse();
        limiters.Count.ShouldBe(1);
    }
}
