using System.Globalization;
using System.Security.Claims;

namespace MarketChat.Infrastructure.Identity;

public static class CurrentUser
{
    /// <summary>The signed-in person's id. Only for pages that ask for a signed-in person.</summary>
    public static int GetUserId(this ClaimsPrincipal user) =>
        user.GetUserIdOrNull() ?? throw new InvalidOperationException("Nobody is signed in.");

    public static int? GetUserIdOrNull(this ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id ? int.Parse(id, CultureInfo.InvariantCulture) : null;
}
