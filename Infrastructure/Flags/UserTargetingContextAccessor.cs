using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Infrastructure.Flags;

/// <summary>
/// Whom a flag is asked about: whoever is signed in, by name. Everybody who is signed out is one and the same person without a name, and
/// so is whoever asks outside a request.
/// </summary>
public sealed class UserTargetingContextAccessor(IHttpContextAccessor http) : ITargetingContextAccessor
{
    public ValueTask<TargetingContext> GetContextAsync() => ValueTask.FromResult(ForUser(http.HttpContext?.User.Identity?.Name));

    /// <summary>
    /// In small letters, for the library puts names into small letters by the rules of whichever language the request is answered in, and
    /// a percentage must not depend on that.
    /// </summary>
    public static TargetingContext ForUser(string? userName) => new() { UserId = userName?.ToLowerInvariant() };
}
