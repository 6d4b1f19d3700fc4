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
            .Configure<IOptions<RateLimitSettings>>((limiter, settings) => SetUp(limiter, settings.Value));
        return services;
    }

    /// <summary>Behind authorization, which touches no database: then it is known who asks, and for which page.</summary>
    public static void UseMarketRateLimits(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<RateLimitSettings>>().Value.Enabled) app.UseRateLimiter();
    }

    private static void SetUp(RateLimiterOptions limiter, RateLimitSettings settings)
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

    private static RateLimitPartition<int> Concurrent(HttpContext http, int most) =>
        http.User.GetUserIdOrNull() is { } userId
            ? RateLimitPartition.GetConcurrencyLimiter(userId, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 })
            : _unlimited;

    // Looking at a page's form is not sending it.
    private static bool IsForm(HttpContext http) => !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);

    // Without more than the status, the error page says the rest.
    private static ValueTask RejectAsync(HttpContext http, RateLimitRejection tooFast)
    {
        tooFast.ApplyTo(http.Response);
        var page = http.GetEndpoint();
        if (http.Request.WantsJson() || !IsForm(http) || page?.Metadata.GetMetadata<RedisplayFormWhenRateLimitedAttribute>() is null)
        {
            return ValueTask.CompletedTask;
        }

        http.Features.Set(tooFast);
        return new ValueTask(page.RequestDelegate!(http));
    }
}
