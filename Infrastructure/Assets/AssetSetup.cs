using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Assets;

public static class AssetSetup
{
    private const string ImmutableCacheControl = "public, max-age=31536000, immutable";

    public static IServiceCollection AddMarketAssets(this IServiceCollection services)
    {
        services.AddSingleton<AssetBundler>();
        services.AddSingleton<ImportMap>();
        return services;
    }

    /// <summary>Maps the static files and the two bundles of <see cref="AssetBundler"/>.</summary>
    public static void MapMarketAssets(this WebApplication app)
    {
        app.MapStaticAssets().DisableRateLimiting();
        app.MapMethods("/css/market.{fingerprint}.css", [HttpMethods.Get, HttpMethods.Head],
            (HttpContext http, AssetBundler bundles) => Serve(http, bundles.Styles)).AllowAnonymous().DisableRateLimiting();
        app.MapMethods("/js/market.{fingerprint}.js", [HttpMethods.Get, HttpMethods.Head],
            (HttpContext http, AssetBundler bundles) => Serve(http, bundles.Script)).AllowAnonymous().DisableRateLimiting();
    }

    // A URL with the fingerprint of another version is answered with the current bundle, because a page may have been rendered by the
    // previous version of the app just before a deployment. Only the current fingerprint is served as immutable.
    private static FileContentHttpResult Serve(HttpContext http, Bundle bundle)
    {
        if (http.Request.Path == bundle.Url) http.Response.Headers.CacheControl = ImmutableCacheControl;
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var compressed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (compressed) http.Response.Headers.ContentEncoding = "br";
        return TypedResults.Bytes(compressed ? bundle.Brotli : bundle.Plain, bundle.ContentType);
    }
}
