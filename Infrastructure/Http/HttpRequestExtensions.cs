using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace MarketChat.Infrastructure.Http;

public static class HttpRequestExtensions
{
    /// <summary>Whether a script sent the request, so that the response, errors included, is JSON rather than a page.</summary>
    public static bool WantsJson(this HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase)
        || request.HttpContext.GetEndpoint().FindHandler(request) is { AnswersJson: true };

    /// <summary>Whether the request has failed and is being re-executed at the error page.</summary>
    public static bool IsErrorPage(this HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null;

    /// <summary>Whether the request is a poll, which a timer sends, rather than something that the user does.</summary>
    public static bool IsPoll(this HttpRequest request) => request.HttpContext.GetEndpoint().FindHandler(request) is { IsPoll: true };

    /// <summary>Whether the request that failed, and for which the error page is executed now, was for a handler that answers
    /// JSON.</summary>
    public static bool WantedJson(this HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>() is { } failure
            ? failure.Endpoint.FindHandler(context.Request) is { AnswersJson: true }
            : context.Features.Get<IStatusCodeReExecuteFeature>() is { } original
                && original.Endpoint.FindHandler(context.Request, GetHandler(original.OriginalQueryString))
                    is { AnswersJson: true };

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

    /// <summary>
    /// Whether the browser knows the app by another origin than this request says, because a proxy does not forward the scheme or the host.
    /// Passkeys fail then, as they are bound to the origin. False for requests without the headers, as from old browsers.
    /// </summary>
    public static bool HasLostOrigin(this HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] == "same-origin"
        && Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
        && Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}", UriKind.Absolute, out var own)
        && Uri.Compare(origin, own, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) != 0;

    private static string? GetHandler(string? query) =>
        QueryHelpers.ParseQuery(query).TryGetValue("handler", out var handler) ? handler : "";

    private static PageHandler? FindHandler(this Endpoint? endpoint, HttpRequest request, string? handler = null) =>
        endpoint?.Metadata.GetMetadata<PageHandlers>()?.Find(request.Method, handler ?? request.Query["handler"]);
}
