namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Answers 405 to a request whose method the page has no handler for. Razor Pages would otherwise check the antiforgery token, which fails
/// with 400, or render the page without running a handler.
/// </summary>
public sealed class MethodNotAllowedMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var page = context.GetEndpoint()?.Metadata.GetMetadata<PageHandlers>();
        if (page is null || page.Allows(request.Method, request.Query["handler"])) return next(context);
        context.Response.Headers.Allow = page.AllowedMethods;
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        return Task.CompletedTask;
    }
}
