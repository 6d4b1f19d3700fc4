using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Infrastructure.Flags;

public static class FlagSetup
{
    /// <summary>
    /// The section "FeatureManagement" of the settings says which features are on: for everyone, for no one, or, with the library's
    /// targeting filter, for named people or a percentage of all (see <see cref="FeatureDefinitionParser"/>). Whom it asks about is whoever
    /// is signed in.
    /// </summary>
    public static IServiceCollection AddMarketFlags(this IServiceCollection services)
    {
        services.AddSingleton<ConfigurationFeatureDefinitionProvider>();
        services.AddSingleton<IFeatureDefinitionProvider>(provider =>
            provider.GetRequiredService<ConfigurationFeatureDefinitionProvider>());
        services.AddSingleton<IValidateOptions<FeatureManagementOptions>>(provider =>
            provider.GetRequiredService<ConfigurationFeatureDefinitionProvider>());
        services.AddOptions<FeatureManagementOptions>().ValidateOnStart();
        services.AddFeatureManagement().WithTargeting<UserTargetingContextAccessor>();
        services.Configure<TargetingEvaluationOptions>(options => options.IgnoreCase = true); // Names are unique without regard to case.
        return services;
    }

    /// <summary>
    /// Whether it is on for somebody other than whoever asks, such as the one who is written to; by name, null for signed out.
    /// </summary>
    public static Task<bool> IsEnabledForAsync(this IFeatureManager flags, string flag, string? userName) =>
        flags.IsEnabledAsync(flag, UserTargetingContextAccessor.ForUser(userName));
}
