using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>A push service's answer that says when to come again.</summary>
public sealed class After(int status, string seconds) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (status, seconds);
        return Task.CompletedTask;
    }
}
