namespace MarketChat.Infrastructure.Security;

/// <summary>
/// Rejects cross-site requests with unsafe methods with 403, by the request header Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata).
/// Defence in depth beside the antiforgery token: requests of old browsers, which do not send the header, pass.
/// </summary>
public sealed class FetchMetadataMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!IsUnsafe(context.Request.Method) || IsSameOrigin(context.Request.Headers["Sec-Fetch-Site"].ToString())) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsUnsafe(string method) =>
        !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);

    // "none" is a request that the user made without a page, such as reloading the response to a form.
    private static bool IsSameOrigin(string site) => site is "" or "same-origin" or "none";
}
