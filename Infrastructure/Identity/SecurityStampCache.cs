using System.Security.Claims;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Validates sessions by their security stamp. A session carries the stamp that its user had at sign-in and is revoked when the user's
/// stamp changes (OWASP ASVS 5, chapter 7.4). Stamps are cached for a minute, so that every request, polls included, can be validated
/// without a query. A change made by this process invalidates the cached stamp and takes effect with the next request; the minute bounds
/// the delay for changes made elsewhere, by hand or by another process.
/// </summary>
public sealed class SecurityStampCache(IServiceScopeFactory scopes, IOptions<IdentityOptions> identity, TimeProvider time) : IDisposable
{
    /// <summary>How long a cached stamp is trusted.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private const int MaxCachedStamps = 200_000;

    private readonly MemoryCache _stamps = new(new MemoryCacheOptions { SizeLimit = MaxCachedStamps });
    private readonly Lock _lock = new();
    private long _invalidations;

    /// <summary>Whether the session's stamp is its user's current one.</summary>
    public async Task<bool> ValidateAsync(ClaimsPrincipal session, CancellationToken cancellationToken)
    {
        if (session.GetUserIdOrNull() is not { } userId
            || session.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) is not { } stamp)
        {
            return false;
        }

        return IsCached(userId, stamp) || stamp == await LoadAsync(userId, cancellationToken);
    }

    /// <summary>Removes the user's stamp from the cache. Must be called after the change is committed.</summary>
    public void Invalidate(int userId)
    {
        lock (_lock)
        {
            _invalidations++;
            _stamps.Remove(userId);
        }
    }

    public void Dispose() => _stamps.Dispose();

    private bool IsCached(int userId, string stamp) =>
        _stamps.TryGetValue<CachedStamp>(userId, out var cached) && cached!.Stamp == stamp && time.GetUtcNow() - cached.LoadedAt < MaxAge;

    private async Task<string?> LoadAsync(int userId, CancellationToken cancellationToken)
    {
        var (invalidations, now) = (Volatile.Read(ref _invalidations), time.GetUtcNow());
        await using var scope = scopes.CreateAsyncScope();
        var stamp = await scope.ServiceProvider.GetRequiredService<MarketDb>().Users
            .Active().Where(u => u.Id == userId).Select(u => u.SecurityStamp).FirstOrDefaultAsync(cancellationToken);
        if (stamp is not null) Store(userId, new CachedStamp(stamp, now), invalidations);
        return stamp;
    }

    // A stamp that was read while an invalidation happened may be out of date, so it is not cached.
    private void Store(int userId, CachedStamp cached, long invalidationsBefore)
    {
        lock (_lock)
        {
            if (_invalidations == invalidationsBefore)
            {
                _stamps.Set(userId, cached, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });
            }
        }
    }

    private sealed record CachedStamp(string Stamp, DateTimeOffset LoadedAt);
}
