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
        services.AddSingleton<SignInAttempts>();
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
        limiter.OnRejected = (context, _) => RefuseAsync(context.HttpContext, TooFast.Of(context.Lease));
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, int>(http =>
            http.User.IdOrNull() is null
                ? PerMinute.Bucket(Slot.Of(http.Connection.RemoteIpAddress), settings.AnonymousPerMinute)
                : _unlimited);
        limiter.AddPolicy(Limit.Messages, http => PerPerson(http, settings.MessagesPerMinute));
        limiter.AddPolicy(Limit.Rooms, http => PerPerson(http, settings.RoomsPerMinute));
        limiter.AddPolicy(Limit.Uploads, http => PerPerson(http, settings.UploadsPerMinute));
        limiter.AddPolicy(Limit.Polls, http => http.Request.IsPoll() ? AtOnce(http, settings.PollsAtOnce) : _unlimited);
        limiter.AddPolicy(Limit.Searches, http => AtOnce(http, settings.SearchesAtOnce));
        limiter.AddPolicy(Limit.SignIns, http => PerAddress(http, settings.SignInsPerMinute));
        limiter.AddPolicy(Limit.SignUps, http => PerAddress(http, settings.SignUpsPerMinute));
    }

    private static RateLimitPartition<int> PerPerson(HttpContext http, int tokens) =>
        IsForm(http) && http.User.IdOrNull() is { } me ? PerMinute.Bucket(me, tokens) : _unlimited;

    private static RateLimitPartition<int> PerAddress(HttpContext http, int tokens) =>
        IsForm(http) ? PerMinute.Bucket(Slot.Of(http.Connection.RemoteIpAddress), tokens) : _unlimited;

    private static RateLimitPartition<int> AtOnce(HttpContext http, int most) =>
        http.User.IdOrNull() is { } me
            ? RateLimitPartition.GetConcurrencyLimiter(me, _ => new ConcurrencyLimiterOptions { PermitLimit = most, QueueLimit = 0 })
            : _unlimited;

    // Looking at a page's form is not sending it.
    private static bool IsForm(HttpContext http) => !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);

    // Without more than the status, the error page says the rest.
    private static ValueTask RefuseAsync(HttpContext http, TooFast tooFast)
    {
        tooFast.Announce(http.Response);
        var page = http.GetEndpoint();
        if (http.Request.IsFromScript() || !IsForm(http) || page?.Metadata.GetMetadata<KeepsFormAttribute>() is null)
        {
            return ValueTask.CompletedTask;
        }

        http.Features.Set(tooFast);
        return new ValueTask(page.RequestDelegate!(http));
    }
}
