using System.Threading.RateLimiting;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// Applies the limits that pages declare with the framework's attributes EnableRateLimiting and DisableRateLimiting, and the one for
/// requests without a session. It stands in for the framework's middleware, whose timers keep an idle app busy (<see
/// cref="KeyedRateLimiters"/>).
/// </summary>
public sealed class RateLimitMiddleware
{
    private readonly RequestDelegate _next;
    private readonly Policy _anonymous;
    private readonly Dictionary<string, Policy> _policies;

    public RateLimitMiddleware(RequestDelegate next, IOptions<RateLimitSettings> options, TimeProvider time)
    {
        var settings = options.Value;
        _next = next;
        _anonymous = new(http => http.User.GetUserIdOrNull() is null ? AddressOf(http) : null, Bucket(settings.AnonymousPerMinute));
        _policies = new()
        {
            [RateLimitPolicies.Messages] = new(UserOfForm, Bucket(settings.MessagesPerMinute)),
            [RateLimitPolicies.Rooms] = new(UserOfForm, Bucket(settings.RoomsPerMinute)),
            [RateLimitPolicies.Uploads] = new(UserOfForm, Bucket(settings.UploadsPerMinute)),
            [RateLimitPolicies.Polls] = new(http => http.Request.IsPoll() ? UserOf(http) : null, Concurrent(settings.ConcurrentPolls)),
            [RateLimitPolicies.Searches] = new(UserOf, Concurrent(settings.ConcurrentSearches)),
            [RateLimitPolicies.SignIns] = new(AddressOfForm, Bucket(settings.SignInsPerMinute)),
            [RateLimitPolicies.SignUps] = new(AddressOfForm, Bucket(settings.SignUpsPerMinute)),
        };

        KeyedRateLimiters Bucket(int tokens) => new(_ => PerMinute.CreateTokenBucket(tokens), time);
        KeyedRateLimiters Concurrent(int limit) =>
            new(_ => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = limit, QueueLimit = 0 }), time);
    }

    public async Task InvokeAsync(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            await _next(http);
            return;
        }

        using var anonymous = _anonymous.Acquire(http);
        if (anonymous is { IsAcquired: false })
        {
            await RejectAsync(http, anonymous);
            return;
        }

        var policy = metadata?.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;
        using var lease = policy is null ? null : _policies[policy].Acquire(http);
        if (lease is { IsAcquired: false }) await RejectAsync(http, lease);
        else await _next(http);
    }

    // Sets the status only, so that the error page produces the body, unless the page can render its form again.
    private static Task RejectAsync(HttpContext http, RateLimitLease lease)
    {
        var rejection = RateLimitRejection.FromLease(lease);
        rejection.ApplyTo(http.Response);
        var page = http.GetEndpoint();
        if (http.Request.WantsJson() || !IsForm(http) || page?.Metadata.GetMetadata<RedisplayFormWhenRateLimitedAttribute>() is null)
        {
            return Task.CompletedTask;
        }

        http.Features.Set(rejection);
        return page.RequestDelegate!(http);
    }

    // Requesting the page with the form does not count.
    private static bool IsForm(HttpContext http) => !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);

    private static int? UserOf(HttpContext http) => http.User.GetUserIdOrNull();

    private static int? UserOfForm(HttpContext http) => IsForm(http) ? UserOf(http) : null;

    private static int? AddressOf(HttpContext http) => HashedPartitionKey.ForKey(http.Connection.RemoteIpAddress);

    private static int? AddressOfForm(HttpContext http) => IsForm(http) ? AddressOf(http) : null;

    /// <param name="KeyOf">Returns what a request is counted by; null if the limit does not apply to it.</param>
    private sealed record Policy(Func<HttpContext, int?> KeyOf, KeyedRateLimiters Limiters)
    {
        public RateLimitLease? Acquire(HttpContext http) => KeyOf(http) is { } key ? Limiters.AttemptAcquire(key) : null;
    }
}
