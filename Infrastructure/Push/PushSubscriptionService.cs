using System.Globalization;
using System.Security.Claims;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Push;

/// <summary>The state of a browser's push subscription.</summary>
public enum PushSubscriptionState
{
    /// <summary>The browser has no subscription of the user who is signed in there.</summary>
    None,

    Active,

    /// <summary>See <see cref="PushSubscription.IsSuspended"/>.</summary>
    Suspended,
}

/// <summary>
/// Manages the push subscription of the current browser, which a cookie identifies. The subscription belongs to the user who is signed in
/// there: it is deleted when that user signs out, even without a script, and when another user signs in.
/// </summary>
public sealed class PushSubscriptionService(
    MarketDb db, IOptions<IdentityOptions> identity, IConfiguration configuration, TimeProvider time)
{
    private static readonly TimeSpan CookieLifetime = TimeSpan.FromDays(400); // The longest that browsers allow (RFC 6265bis, section 5.5).

    private readonly string _cookie = configuration.GetCookieName("push");

    /// <summary>
    /// Returns the state of the browser's subscription, and its endpoint as the browser gave it. Queries the database only if the browser
    /// has the cookie.
    /// </summary>
    public async Task<(PushSubscriptionState State, string? Endpoint)> FindAsync(HttpContext http)
    {
        if (IdOf(http) is not { } id) return (PushSubscriptionState.None, null);
        var userId = http.User.GetUserId();
        var found = await db.PushSubscriptions.Where(s => s.Id == id && s.UserId == userId)
            .Select(s => new { s.Endpoint, s.IsSuspended }).FirstOrDefaultAsync(http.RequestAborted);
        if (found is null) return (PushSubscriptionState.None, null);
        return (found.IsSuspended ? PushSubscriptionState.Suspended : PushSubscriptionState.Active, found.Endpoint);
    }

    /// <summary>
    /// Saves the browser's subscription for the signed-in user, in place of its previous one. The user's oldest subscriptions beyond <see
    /// cref="PushSubscription.MaxPerUser"/> are deleted.
    /// </summary>
    public async Task SubscribeAsync(HttpContext http, PushSubscriptionInput input)
    {
        var (previousId, endpoint, userId) = (IdOf(http), input.Endpoint.OriginalString, http.User.GetUserId());
        var now = time.GetUtcNowInMilliseconds();
        var subscription = new PushSubscription
        {
            Id = Guid.NewGuid(),
            UserId = userId,
            Endpoint = endpoint,
            P256dh = input.PublicKey,
            Auth = input.Secret,
            Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
            SecurityStamp = StampOf(http.User),
            CreatedAt = now,
            SessionExpiresAt = now + IdentitySetup.SessionLength,
        };
        await db.ExecuteInTransactionAsync(
            async token =>
            {
                await db.PushSubscriptions.Where(s => s.Endpoint == endpoint || s.Id == previousId).ExecuteDeleteAsync(token);
                var subscriptions = db.PushSubscriptions.Where(s => s.UserId == userId);
                var retained = subscriptions.OrderByDescending(s => s.CreatedAt).Take(PushSubscription.MaxPerUser - 1).Select(s => s.Id);
                await subscriptions.Where(s => !retained.Contains(s.Id)).ExecuteDeleteAsync(token);
                db.Add(subscription);
                return await db.SaveChangesAsync(token);
            },
            http.RequestAborted);
        http.Response.Cookies.Append(_cookie, subscription.Id.ToString("N"), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = CookieLifetime, IsEssential = true,
        });
    }

    /// <summary>Deletes the browser's subscription and the cookie.</summary>
    public async Task UnsubscribeAsync(HttpContext http)
    {
        if (IdOf(http) is not { } id) return;
        await db.ExecuteInTransactionAsync(token => db.PushSubscriptions.Where(s => s.Id == id).ExecuteDeleteAsync(token),
            http.RequestAborted);
        http.Response.Cookies.Delete(_cookie, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
    }

    /// <summary>
    /// Updates the subscription after a sign-in: it takes on the security stamp and the end of the new session if it belongs to the same
    /// user, and is deleted if it belongs to another.
    /// </summary>
    public async Task OnUserSignedInAsync(HttpContext http, ClaimsPrincipal user)
    {
        if (IdOf(http) is not { } id) return;
        var (userId, stamp) = (user.GetUserId(), StampOf(user));
        var expiresAt = time.GetUtcNowInMilliseconds() + IdentitySetup.SessionLength;
        await db.ExecuteInTransactionAsync(
            async token =>
            {
                await db.PushSubscriptions.Where(s => s.Id == id && s.UserId != userId).ExecuteDeleteAsync(token);
                return await db.PushSubscriptions.Where(s => s.Id == id && s.UserId == userId)
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(s => s.SecurityStamp, stamp).SetProperty(s => s.SessionExpiresAt, expiresAt), token);
            },
            http.RequestAborted);
    }

    /// <summary>Extends the subscription when a visit of the user extends the session.</summary>
    public async Task OnSessionExtendedAsync(HttpContext http, ClaimsPrincipal user)
    {
        if (IdOf(http) is not { } id) return;
        var userId = user.GetUserId();
        var expiresAt = time.GetUtcNowInMilliseconds() + IdentitySetup.SessionLength;
        await db.ExecuteInTransactionAsync(
            token => db.PushSubscriptions.Where(s => s.Id == id && s.UserId == userId)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.SessionExpiresAt, expiresAt), token),
            http.RequestAborted);
    }

    private Guid? IdOf(HttpContext http) => Guid.TryParseExact(http.Request.Cookies[_cookie], "N", out var id) ? id : null;

    private string StampOf(ClaimsPrincipal user) => user.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) ?? "";
}
