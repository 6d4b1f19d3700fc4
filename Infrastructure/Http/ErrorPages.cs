using MarketChat.Infrastructure.Data;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Http;

public static class ErrorPages
{
    private const string RetryAfterSeconds = "5";

    /// <summary>
    /// Re-executes failed requests at the page /error: those that threw an exception, and those with an error status and an empty body.
    /// </summary>
    public static void UseErrorPages(this WebApplication app)
    {
        var engine = app.Services.GetRequiredService<IDatabaseEngine>();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error",
            StatusCodeSelector = exception => StatusOf(exception, engine),
            CreateScopeForErrors = true, // The failed request may have left unsaved changes in its DbContext.
        });
        app.UseStatusCodePagesWithReExecute("/error/{0}");
    }

    /// <summary>Adds a Retry-After header to the response, unless there is one.</summary>
    public static void SetRetryAfter(this HttpResponse response) => response.Headers.TryAdd(HeaderNames.RetryAfter, RetryAfterSeconds);

    /// <summary>The status code of the response to a request that failed with this exception.</summary>
    public static int StatusOf(Exception exception, IDatabaseEngine engine) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        _ when engine.IsStorageFailure(exception) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
