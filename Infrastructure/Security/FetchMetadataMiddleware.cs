namespace MarketChat.Infrastructure.Security;

/// <summary>
/// Turns away what another site's page sends to change something here, by what the browser says of where it comes from
/// (https://www.w3.org/TR/fetch-metadata). A second lock beside the antiforgery token; browsers too old to say pass to that one.
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

    // "none" is a person's own doing, such as sending a form again by reloading.
    private static bool IsSameOrigin(string site) => site is "" or "same-origin" or "none";
}
