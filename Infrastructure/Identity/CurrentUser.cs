using System.Globalization;
using System.Security.Claims;

namespace MarketChat.Infrastructure.Identity;

public static class CurrentUser
{
    /// <summary>The id of the signed-in user. Only for pages that require sign-in.</summary>
    /// <exception cref="InvalidOperationException">The user is not signed in.</exception>
    public static int GetUserId(this ClaimsPrincipal user) =>
        user.GetUserIdOrNull() ?? throw new InvalidOperationException("The user is not signed in.");

    /// <summary>The id of the signed-in user, or null.</summary>
    public static int? GetUserIdOrNull(this ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id ? int.Parse(id, CultureInfo.InvariantCulture) : null;
}
