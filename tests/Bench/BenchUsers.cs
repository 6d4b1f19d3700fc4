using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Bench;

/// <summary>
/// Creates session cookies for generated users with the app's own keys, so that thousands of users need no password sign-in.
/// </summary>
public sealed class BenchUsers
{
    public const string CookieName = "market-session";
    public const string SecurityStamp = "BENCH";

    private readonly TicketDataFormat _tickets;

    public BenchUsers(string storage)
    {
        var keys = DataProtectionProvider.Create(new DirectoryInfo(Path.Combine(storage, "keys")),
            setup => setup.SetApplicationName("MarketChat"));
        _tickets = new TicketDataFormat(keys.CreateProtector(
            "Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationMiddleware", IdentityConstants.ApplicationScheme, "v2"));
    }

    public static string NameOf(int id) => string.Create(CultureInfo.InvariantCulture, $"person{id}");

    public string CookieOf(int id)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, id.ToString(CultureInfo.InvariantCulture)),
                new Claim(ClaimTypes.Name, NameOf(id)),
                new Claim("AspNet.Identity.SecurityStamp", SecurityStamp),
                new Claim("amr", "pwd"),
            ],
            IdentityConstants.ApplicationScheme);
        var now = DateTimeOffset.UtcNow;
        var properties = new AuthenticationProperties { IsPersistent = true, IssuedUtc = now, ExpiresUtc = now.AddDays(14) };
        var ticket = new AuthenticationTicket(new ClaimsPrincipal(identity), properties, IdentityConstants.ApplicationScheme);
        return $"{CookieName}={_tickets.Protect(ticket)}";
    }
}
