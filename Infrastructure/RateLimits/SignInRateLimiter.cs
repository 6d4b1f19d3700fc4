using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// Limits attempts to sign in per user name, whatever address they come from: guesses at one password may come from many addresses. Names
/// that do not exist are limited in the same way, so that the limit does not reveal which names exist.
/// </summary>
public sealed class SignInRateLimiter(IOptions<RateLimitSettings> settings, TimeProvider time) : IDisposable
{
    private readonly KeyedRateLimiters _names =
        new(_ => PerMinute.CreateTokenBucket(settings.Value.SignInsPerNamePerMinute), time);

    /// <summary>Counts an attempt.</summary>
    /// <param name="name">The normalized user name.</param>
    /// <returns>Null if the attempt is allowed.</returns>
    public RateLimitRejection? TryAcquire(string name)
    {
        if (!settings.Value.Enabled) return null;
        using var lease = _names.AttemptAcquire(HashedPartitionKey.ForKey(name));
        return lease.IsAcquired ? null : RateLimitRejection.FromLease(lease);
    }

    public void Dispose() => _names.Dispose();
}
