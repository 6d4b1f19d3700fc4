namespace MarketChat.Infrastructure.Http;

public static class ClearSiteDataExtensions
{
    /// <summary>
    /// Makes the browser delete what it has stored for the user who signs out: photos in the cache, drafts, unsent messages, and the
    /// service worker (https://www.w3.org/TR/clear-site-data). Cookies are not included: the language and those of other apps stay, and the
    /// session's is deleted by name. Under a base path other apps share the storage, so only the cache is deleted.
    /// </summary>
    public static void ClearSiteData(this HttpResponse response) =>
        response.Headers["Clear-Site-Data"] = response.HttpContext.Request.PathBase.HasValue ? "\"cache\"" : "\"cache\", \"storage\"";
}
