using System.Globalization;
using System.Security.Claims;

namespace MarketChat.Infrastructure.Identity;

public static class CurrentUser
{
    /// <summary>The signed-in person's id. Only for pages that ask for a signed-in person.</summary>
    public static int Id(this ClaimsPrincipal user) =>
        user.IdOrNull() ?? throw new InvalidOperationException("Nobody is signed in.");

    public static int? IdOrNull(this ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id ? int.Parse(id, CultureInfo.InvariantCulture) : null;
}
