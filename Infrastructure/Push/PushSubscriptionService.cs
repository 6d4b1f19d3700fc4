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

/// <summary>
/// Manages the push subscription of the current browser, which a cookie identifies. The subscription belongs to the user who is signed in
/// there: it is deleted when that user signs out, even without a script, and when another user signs in.
/// </summary>
public sealed class PushSubscriptionService(
    MarketDb db, IOptions<IdentityOptions> identity, IConfiguration configuration, TimeProvider time)
{
    private static readonly TimeSpan CookieLifetime = TimeSpan.FromDays(400); // The longest that browsers allow (RFC 6265bis, section 5.5).

    private readonly string _cookie = configuration.GetCookieName("push");

    /// <summary>Whether the browser has a subscription of this user. Queries the database only if the browser has the cookie.</summary>
    public async Task<bool> IsSubscribedAsync(int userId, HttpContext http) =>
        IdOf(http) is { } id && await db.PushSubscriptions.AnyAsync(s => s.Id == id && s.UserId == userId, http.RequestAborted);

    /// <summary>
    /// Saves the browser's subscription for the signed-in user, in place of its previous one. The user's oldest subscriptions beyond <see
    /// cref="PushSubscription.MaxPerUser"/> are deleted.
    /// </summary>
    public async Task SubscribeAsync(HttpContext http, PushSubscriptionInput input)
    {
        var (previousId, endpoint, userId) = (IdOf(http), input.Endpoint.AbsoluteUri, http.User.GetUserId());
        var subscription = new PushSubscription
        {
            Id = Guid.NewGuid(),
            UserId = userId,
            Endpoint = endpoint,
            P256dh = input.PublicKey,
            Auth = input.Secret,
            Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
            SecurityStamp = StampOf(http.User),
            CreatedAt = time.GetUtcNowInMilliseconds(),
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
    /// Updates the subscription after a sign-in: it takes on the new session's security stamp if it belongs to the same user, and is
    /// deleted if it belongs to another.
    /// </summary>
    public async Task OnUserSignedInAsync(HttpContext http, ClaimsPrincipal user)
    {
        if (IdOf(http) is not { } id) return;
        var (userId, stamp) = (user.GetUserId(), StampOf(user));
        await db.ExecuteInTransactionAsync(
            async token =>
            {
                await db.PushSubscriptions.Where(s => s.Id == id && s.UserId != userId).ExecuteDeleteAsync(token);
                return await db.PushSubscriptions.Where(s => s.Id == id && s.UserId == userId)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.SecurityStamp, stamp), token);
            },
            http.RequestAborted);
    }

    private Guid? IdOf(HttpContext http) => Guid.TryParseExact(http.Request.Cookies[_cookie], "N", out var id) ? id : null;

    private string StampOf(ClaimsPrincipal user) => user.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) ?? "";
}
