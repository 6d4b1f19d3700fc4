using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.Extensions.Caching.Memory;

namespace MarketChat.Infrastructure.Delivery;

/// <summary>
/// Answers what is asked most, polls with nothing to tell, before anything is built for them; those that would wait are held here,
/// where they cost least. Whoever brings the current bell has missed nothing, and what a page has once told someone it would tell them
/// again: rooms never change hands. So neither the page nor the database is asked. Everything else goes on to the page.
/// </summary>
public sealed class QuietPolls(RequestDelegate next, Doorbell doorbell) : IDisposable
{
    private const int MostRemembered = 200_000;

    private static readonly MemoryCacheEntryOptions _forAnHour = new() { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) };

    private readonly MemoryCache _answered = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    public async Task InvokeAsync(HttpContext context, HeldPoll poll)
    {
        if (!context.Request.IsPoll() || context.User.IdOrNull() is not { } me)
        {
            await next(context);
            return;
        }

        var asked = (me, context.Request.Path.Value);
        if (PollQuestion.Read(context.Request.Query) is { Bell: { } bell } question && _answered.TryGetValue(asked, out _))
        {
            if (bell == doorbell.Current(me)) await poll.WaitAsync(me, bell, question.Wait, context);
            if (bell == doorbell.Current(me))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
        }

        await next(context);
        if (context.Response.StatusCode is StatusCodes.Status200OK) _answered.Set(asked, true, _forAnHour);
    }

    public void Dispose() => _answered.Dispose();
}
