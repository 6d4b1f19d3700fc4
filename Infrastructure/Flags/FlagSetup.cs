using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Infrastructure.Flags;

public static class FlagSetup
{
    /// <summary>
    /// The section "FeatureManagement" of the settings says which features are on: for everyone (<c>true</c>), for no one
    /// (<c>false</c>), or, with the library's targeting filter, for named people or a percentage of all. Whom it asks about is whoever
    /// is signed in, by name.
    /// </summary>
    public static IServiceCollection AddMarketFlags(this IServiceCollection services)
    {
        services.AddFeatureManagement().WithTargeting();
        services.Configure<TargetingEvaluationOptions>(options => options.IgnoreCase = true); // Names are unique without regard to case.
        return services;
    }
}
