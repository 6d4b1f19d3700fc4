using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Infrastructure.Flags;

/// <summary>
/// Provides the name of the signed-in user as the targeting context in which feature flags are evaluated. All signed-out visitors, and code
/// that runs outside a request, share the same context without a name.
/// </summary>
public sealed class UserTargetingContextAccessor(IHttpContextAccessor http) : ITargetingContextAccessor
{
    public ValueTask<TargetingContext> GetContextAsync() => ValueTask.FromResult(ForUser(http.HttpContext?.User.Identity?.Name));

    /// <summary>
    /// Creates the context of a user. The name is lower-cased here with the invariant culture, because the library lower-cases it with the
    /// culture of the request, and whether a user falls within a percentage must not depend on the language.
    /// </summary>
    public static TargetingContext ForUser(string? userName) => new() { UserId = userName?.ToLowerInvariant() };
}
