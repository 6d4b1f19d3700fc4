using MarketChat.Infrastructure.Data;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Http;

public static class ErrorPages
{
    private const string RetryAfterSeconds = "5";

    /// <summary>Leads whatever failed, or has a status but no words, to the page /error, which finds them.</summary>
    public static void UseErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error",
            StatusCodeSelector = StatusOf,
            CreateScopeForErrors = true, // The page must not meet what the failed request left behind.
        });
        app.UseStatusCodePagesWithReExecute("/error/{0}");
    }

    /// <summary>Says when to try again, where that may help.</summary>
    public static void SetRetryAfter(this HttpResponse response) => response.Headers.TryAdd(HeaderNames.RetryAfter, RetryAfterSeconds);

    /// <summary>The status that a failed request is answered with.</summary>
    public static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        _ when exception.IsTransientStorageFailure() => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
