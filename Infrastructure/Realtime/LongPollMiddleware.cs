using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.Extensions.Caching.Memory;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Answers what is key most, polls with nothing to tell, before anything is built for them; those that would wait are held here,
/// where they cost least. Whoever brings the current version has missed nothing, and what a page has once told someone it would tell them
/// again: rooms never change hands. So neither the page nor the database is key. Everything else goes on to the page.
/// </summary>
public sealed class LongPollMiddleware(RequestDelegate next, ChangeNotifier notifier) : IDisposable
{
    private const int MaxCachedPolls = 200_000;

    private static readonly MemoryCacheEntryOptions CacheDuration = new() { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) };

    private readonly MemoryCache _authorizedPolls = new(new MemoryCacheOptions { SizeLimit = MaxCachedPolls });

    public async Task InvokeAsync(HttpContext context, LongPolling poll)
    {
        if (!context.Request.IsPoll() || context.User.GetUserIdOrNull() is not { } userId)
        {
            await next(context);
            return;
        }

        var key = (userId, context.Request.Path.Value);
        if (PollRequest.TryParse(context.Request.Query) is { Version: { } version } request && _authorizedPolls.TryGetValue(key, out _))
        {
            if (version == notifier.GetVersion(userId)) await poll.WaitAsync(userId, version, request.Wait, context);
            if (version == notifier.GetVersion(userId))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }

        await next(context);
        if (context.Response.StatusCode is StatusCodes.Status200OK) _authorizedPolls.Set(key, true, CacheDuration);
    }

    public void Dispose() => _authorizedPolls.Dispose();
}
