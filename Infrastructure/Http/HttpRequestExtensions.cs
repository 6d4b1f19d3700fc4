using Microsoft.AspNetCore.Diagnostics;

namespace MarketChat.Infrastructure.Http;

public static class HttpRequestExtensions
{
    /// <summary>Whether a script asks, so that the answer, errors too, is JSON rather than a page.</summary>
    public static bool WantsJson(this HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase)
        || request.Query.ContainsKey("handler")
        || request.Path.StartsWithSegments("/badge", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the request has failed and is on its second way, to the page that tells so.</summary>
    public static bool IsErrorPage(this HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null;

    /// <summary>Whether this is asked by a timer rather than by a person.</summary>
    public static bool IsPoll(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path.StartsWithSegments("/badge", StringComparison.OrdinalIgnoreCase)
            || string.Equals(request.Query["handler"], "Messages", StringComparison.OrdinalIgnoreCase)
            || string.Equals(request.Query["handler"], "Rooms", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether a person opens this as a page: not a script, nor a picture or a frame on somebody's page, nor the browser ahead of anyone
    /// seeing it. Browsers say which (https://www.w3.org/TR/fetch-metadata, https://fetch.spec.whatwg.org/#sec-purpose-header); those
    /// too old to say are believed.
    /// </summary>
    public static bool IsUserNavigation(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !request.WantsJson()
        && request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document"
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate"
        && !request.Headers["Sec-Purpose"].ToString().StartsWith("prefetch", StringComparison.OrdinalIgnoreCase);
}
