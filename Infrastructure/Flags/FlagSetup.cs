using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace MarketChat.Infrastructure.Flags;

public static class FlagSetup
{
    /// <summary>
    /// Adds feature management. The configuration section "FeatureManagement" turns each feature on for all users, for no user, or, by the
    /// library's targeting filter, for named users or a percentage of users (see <see cref="FeatureDefinitionParser"/>). Features are
    /// evaluated for the signed-in user.
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
        services.Configure<TargetingEvaluationOptions>(options => options.IgnoreCase = true); // User names are unique regardless of case.
        return services;
    }

    /// <summary>Evaluates a flag for a user other than the current one, such as the recipient of a message.</summary>
    /// <param name="userName">The user's name; null for a visitor who is signed out.</param>
    public static Task<bool> IsEnabledForAsync(this IFeatureManager flags, string flag, string? userName) =>
        flags.IsEnabledAsync(flag, UserTargetingContextAccessor.ForUser(userName));
}
