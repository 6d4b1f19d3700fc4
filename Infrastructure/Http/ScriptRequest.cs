namespace MarketChat.Infrastructure.Http;

public static class ScriptRequest
{
    /// <summary>Whether a script asks, so that the answer, errors too, is JSON rather than a page.</summary>
    public static bool IsFromScript(this HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase)
        || request.Query.ContainsKey("handler")
        || request.Path.StartsWithSegments("/badge");

    /// <summary>Whether this is asked by a timer rather than by a person.</summary>
    public static bool IsPoll(this HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (request.Path.StartsWithSegments("/badge")
            || string.Equals(request.Query["handler"], "Messages", StringComparison.OrdinalIgnoreCase)
            || string.Equals(request.Query["handler"], "Rooms", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the browser fetches the page ahead of anyone seeing it (https://fetch.spec.whatwg.org/#sec-purpose-header).</summary>
    public static bool IsPrefetch(this HttpRequest request) =>
        request.Headers["Sec-Purpose"].ToString().StartsWith("prefetch", StringComparison.OrdinalIgnoreCase);
}
