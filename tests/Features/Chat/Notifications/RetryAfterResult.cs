using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>A push service's answer that says when to come again; given at once, or when a task has come to its end.</summary>
public sealed class RetryAfterResult(int status, string seconds, Task? when = null) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        await (when ?? Task.CompletedTask);
        (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (status, seconds);
    }
}
