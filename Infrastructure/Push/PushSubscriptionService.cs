using System.Globalization;
using System.Security.Claims;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Push;

/// <summary>
/// The subscription of the browser that asks. A cookie tells which it is, so that it is whoever's is signed in there: it ends when they
/// sign out, also where no script runs then, and when somebody else signs in.
/// </summary>
public sealed class PushSubscriptionService(MarketDb db, IOptions<IdentityOptions> identity, TimeProvider time)
{
    private const string Cookie = "market-push";

    private static readonly TimeSpan CookieLifetime = TimeSpan.FromDays(400); // Browsers keep no cookie longer (RFC 6265bis, section 5.5).

    /// <summary>
    /// Whether the browser is one in which this person is told. Asks the database only about browsers in which anybody is.
    /// </summary>
    public async Task<bool> IsSubscribedAsync(int userId, HttpContext http) =>
        IdOf(http) is { } id && await db.PushSubscriptions.AnyAsync(s => s.Id == id && s.UserId == userId, http.RequestAborted);

    /// <summary>From now on the browser is this person's, instead of whoever's it was. Of too many, their oldest goes.</summary>
    public async Task SubscribeAsync(HttpContext http, PushSubscriptionInput target)
    {
        var (before, endpoint, userId) = (IdOf(http), target.Endpoint.AbsoluteUri, http.User.GetUserId());
        var subscription = new PushSubscription
        {
            Id = Guid.NewGuid(),
            UserId = userId,
            Endpoint = endpoint,
            P256dh = target.PublicKey,
            Auth = target.Secret,
            Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
            SecurityStamp = StampOf(http.User),
            CreatedAt = time.GetUtcNowInMilliseconds(),
        };
        await db.ExecuteInTransactionAsync(
            async token =>
            {
                await db.PushSubscriptions.Where(s => s.Endpoint == endpoint || s.Id == before).ExecuteDeleteAsync(token);
                var mine = db.PushSubscriptions.Where(s => s.UserId == userId);
                var kept = mine.OrderByDescending(s => s.CreatedAt).Take(PushSubscription.MaxPerUser - 1).Select(s => s.Id);
                await mine.Where(s => !kept.Contains(s.Id)).ExecuteDeleteAsync(token);
                db.Add(subscription);
                return await db.SaveChangesAsync(token);
            },
            http.RequestAborted);
        http.Response.Cookies.Append(Cookie, subscription.Id.ToString("N"), new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = CookieLifetime, IsEssential = true,
        });
    }

    public async Task UnsubscribeAsync(HttpContext http)
    {
        if (IdOf(http) is not { } id) return;
        await db.ExecuteInTransactionAsync(token => db.PushSubscriptions.Where(s => s.Id == id).ExecuteDeleteAsync(token),
            http.RequestAborted);
        http.Response.Cookies.Delete(Cookie, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
    }

    /// <summary>
    /// Somebody signs in: the subscription goes on if it is theirs, with the session they have now, and ends if it is another's.
    /// </summary>
    public async Task OnUserSignedInAsync(HttpContext http, ClaimsPrincipal person)
    {
        if (IdOf(http) is not { } id) return;
        var (userId, stamp) = (person.GetUserId(), StampOf(person));
        await db.ExecuteInTransactionAsync(
            async token =>
            {
                await db.PushSubscriptions.Where(s => s.Id == id && s.UserId != userId).ExecuteDeleteAsync(token);
                return await db.PushSubscriptions.Where(s => s.Id == id && s.UserId == userId)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.SecurityStamp, stamp), token);
            },
            http.RequestAborted);
    }

    private static Guid? IdOf(HttpContext http) => Guid.TryParseExact(http.Request.Cookies[Cookie], "N", out var id) ? id : null;

    private string StampOf(ClaimsPrincipal person) => person.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) ?? "";
}
