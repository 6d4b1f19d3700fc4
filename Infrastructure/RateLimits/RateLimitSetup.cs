using MarketChat.Infrastructure.Configuration;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.RateLimits;

public static class RateLimitSetup
{
    public static IServiceCollection AddMarketRateLimits(this IServiceCollection services)
    {
        services.AddSettings<RateLimitSettings>("RateLimits");
        services.AddSingleton<SignInRateLimiter>();
        return services;
    }

    /// <summary>
    /// Adds the rate limiter. Must come after authorization, because the limits depend on the signed-in user and the page.
    /// </summary>
    public static void UseMarketRateLimits(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<RateLimitSettings>>().Value.Enabled) app.UseMiddleware<RateLimitMiddleware>();
    }
}
