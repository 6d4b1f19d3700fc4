using System.Threading.RateLimiting;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.RateLimits;

public static class RateLimitSetup
{
    private static readonly RateLimitPartition<int> _unlimited = RateLimitPartition.GetNoLimiter(-1);

    public static IServiceCollection AddMarketRateLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitSettings>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SignInRateLimiter>();
        services.AddRateLimiter();
        services.AddOptions<RateLimiterOptions>()
            .Configure<IOptions<RateLimitSettings>>((limiter, settings) => Configure(limiter, settings.Value));
        return services;
    }

    /// <summary>
    /// Adds the rate limiter. Must come after authorization, because the limits depend on the signed-in user and the page.
    /// </summary>
    public static void UseMarketRateLimits(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<RateLimitSettings>>().Value.Enabled) app.UseRateLimiter();
    }

    private static void Configure(RateLimiterOptions limiter, RateLimitSettings settings)
    {
        limiter.OnRejected = (context, _) => RejectAsync(context.HttpContext, RateLimitRejection.FromLease(context.Lease));
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(http =>
            http.User.GetUserIdOrNull() is null
                ? PerMinute.TokenBucketPerMinute(HashedPartitionKey.ForKey(http.Connection.RemoteIpAddress), settings.AnonymousPerMinute)
                : _unlimited);
        limiter.AddPolicy(RateLimitPolicies.Messages, http => PerUser(http, settings.MessagesPerMinute));
        limiter.AddPolicy(RateLimitPolicies.Rooms, http => PerUser(http, settings.RoomsPerMinute));
        limiter.AddPolicy(RateLimitPolicies.Uploads, http => PerUser(http, settings.UploadsPerMinute));
        limiter.AddPolicy(RateLimitPolicies.Polls, http => http.Request.IsPoll() ? Concurrent(http, settings.ConcurrentPolls) : _unlimited);
        limiter.AddPolicy(RateLimitPolicies.Searches, http => Concurrent(http, settings.ConcurrentSearches));
        limiter.AddPolicy(RateLimitPolicies.SignIns, http => PerAddress(http, settings.SignInsPerMinute));
        limiter.AddPolicy(RateLimitPolicies.SignUps, http => PerAddress(http, settings.SignUpsPerMinute));
    }

    private static RateLimitPartition<int> PerUser(HttpContext http, int tokens) =>
        IsForm(http) && http.User.GetUserIdOrNull() is { } userId ? PerMinute.TokenBucketPerMinute(userId, tokens) : _unlimited;

    private static RateLimitPartition<int> PerAddress(HttpContext http, int tokens) =>
        IsForm(http) ? PerMinute.TokenBucketPerMinute(HashedPartitionKey.ForKey(http.Connection.RemoteIpAddress), tokens) : _unlimited;

    private static RateLimitPartition<int> Concurrent(HttpContext http, int limit) =>
        http.User.GetUserIdOrNull() is { } userId
            ? RateLimitPartition.GetConcurrencyLimiter(userId, _ => new ConcurrencyLimiterOptions { PermitLimit = limit, QueueLimit = 0 })
            : _unlimited;

    // Requesting the page with the form does not count.
    private static bool IsForm(HttpContext http) => !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);

    // Sets the status only, so that the error page produces the body, unless the page can render its form again.
    private static ValueTask RejectAsync(HttpContext http, RateLimitRejection rejection)
    {
        rejection.ApplyTo(http.Response);
        var page = http.GetEndpoint();
        if (http.Request.WantsJson() || !IsForm(http) || page?.Metadata.GetMetadata<RedisplayFormWhenRateLimitedAttribute>() is null)
        {
            return ValueTask.CompletedTask;
        }

        http.Features.Set(rejection);
        return new ValueTask(page.RequestDelegate!(http));
    }
}
