using System.Security.Claims;
using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Tells whether a session is still wanted. Each carries the security stamp that its person had at sign-in, and is over when theirs is
/// another (OWASP ASVS 5, chapter 7.4). Stamps once looked up are remembered for a minute, so that every request can be checked, polls
/// included, at the cost of memory; where a stamp is changed, it is forgotten, and the change holds at the very next request. The
/// minute is for a stamp changed elsewhere, by hand or by another instance of the app.
/// </summary>
public sealed class SecurityStampCache(IServiceScopeFactory scopes, IOptions<IdentityOptions> identity, TimeProvider time) : IDisposable
{
    /// <summary>How long a stamp is taken for current without a look.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private const int MaxCachedStamps = 200_000;

    private readonly MemoryCache _stamps = new(new MemoryCacheOptions { SizeLimit = MaxCachedStamps });
    private readonly Lock _lock = new();
    private long _changes;

    public async Task<bool> ValidateAsync(ClaimsPrincipal session, CancellationToken cancellationToken)
    {
        if (session.GetUserIdOrNull() is not { } userId
            || session.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) is not { } stamp)
        {
            return false;
        }

        return IsKnown(userId, stamp) || stamp == await LookUpAsync(userId, cancellationToken);
    }

    /// <summary>To be called after a change of the person's stamp is committed.</summary>
    public void Invalidate(int userId)
    {
        lock (_lock)
        {
            _changes++;
            _stamps.Remove(userId);
        }
    }

    public void Dispose() => _stamps.Dispose();

    private bool IsKnown(int userId, string stamp) =>
        _stamps.TryGetValue<CachedStamp>(userId, out var known) && known!.Stamp == stamp && time.GetUtcNow() - known.SeenAt < MaxAge;

    private async Task<string?> LookUpAsync(int userId, CancellationToken cancellationToken)
    {
        var (changes, now) = (Volatile.Read(ref _changes), time.GetUtcNow());
        await using var scope = scopes.CreateAsyncScope();
        var stamp = await scope.ServiceProvider.GetRequiredService<MarketDb>().Users
            .Active().Where(u => u.Id == userId).Select(u => u.SecurityStamp).FirstOrDefaultAsync(cancellationToken);
        if (stamp is not null) Store(userId, new CachedStamp(stamp, now), changes);
        return stamp;
    }

    // What was looked up while a stamp changed may be the old one.
    private void Store(int userId, CachedStamp known, long changesBefore)
    {
        lock (_lock)
        {
            if (_changes == changesBefore)
            {
                _stamps.Set(userId, known, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });
            }
        }
    }

    private sealed record CachedStamp(string Stamp, DateTimeOffset SeenAt);
}
