using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>A push service's response with a Retry-After header; sent at once, or when a task completes.</summary>
public sealed class RetryAfterResult(int status, string seconds, Task? when = null) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        await (when ?? Task.CompletedTask);
        (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (status, seconds);
    }
}
