using Microsoft.AspNetCore.Diagnostics;

namespace MarketChat.Infrastructure.Http;

public static class HttpRequestExtensions
{
    /// <summary>Whether a script sent the request, so that the response, errors included, is JSON rather than a page.</summary>
    public static bool WantsJson(this HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase)
        || request.Query.ContainsKey("handler")
        || request.Path.StartsWithSegments("/badge", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the request has failed and is being re-executed at the error page.</summary>
    public static bool IsErrorPage(this HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null;

    /// <summary>Whether the request is a poll, which a timer sends, rather than something that the user does.</summary>
    public static bool IsPoll(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path.StartsWithSegments("/badge", StringComparison.OrdinalIgnoreCase)
            || string.Equals(request.Query["handler"], "Messages", StringComparison.OrdinalIgnoreCase)
            || string.Equals(request.Query["handler"], "Rooms", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether the user opens the requested URL as a page. False for requests of scripts, for images and frames embedded in a page, and for
    /// prefetches. Browsers say so in request headers (https://www.w3.org/TR/fetch-metadata,
    /// https://fetch.spec.whatwg.org/#sec-purpose-header); without these headers, as from old browsers, the request counts as a navigation.
    /// </summary>
    public static bool IsUserNavigation(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !request.WantsJson()
        && request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document"
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate"
        && !request.Headers["Sec-Purpose"].ToString().StartsWith("prefetch", StringComparison.OrdinalIgnoreCase);
}
