using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.Extensions.Caching.Memory;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Short-circuits polls that have nothing new, before MVC. If the client's version is current and the user was authorized for this path
/// before (cached for an hour; the members of a room never change), holds the request for up to <c>wait</c> seconds and responds 204. All
/// other requests go on to the page.
/// </summary>
public sealed class LongPollMiddleware(RequestDelegate next, ChangeNotifier notifier) : IDisposable
{
    private const int MaxCachedPolls = 200_000;

    private static readonly MemoryCacheEntryOptions _cacheEntry = new() { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) };

    private readonly MemoryCache _authorizedPolls = new(new MemoryCacheOptions { SizeLimit = MaxCachedPolls });

    public async Task InvokeAsync(HttpContext context, LongPolling longPolling)
    {
        if (!context.Request.IsPoll() || context.User.GetUserIdOrNull() is not { } userId)
        {
            await next(context);
            return;
        }

        var key = (userId, context.Request.Path.Value);
        if (PollRequest.TryParse(context.Request.Query) is { Version: { } version } poll && _authorizedPolls.TryGetValue(key, out _))
        {
            if (notifier.IsCurrent(userId, version)) await longPolling.WaitAsync(userId, version, poll.Wait, context);
            if (notifier.IsCurrent(userId, version))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }

        await next(context);
        if (context.Response.StatusCode is StatusCodes.Status200OK) _authorizedPolls.Set(key, true, _cacheEntry);
    }

    public void Dispose() => _authorizedPolls.Dispose();
}
