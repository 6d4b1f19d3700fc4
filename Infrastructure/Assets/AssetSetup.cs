using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Assets;

public static class AssetSetup
{
    private const string Forever = "public, max-age=31536000, immutable";

    public static IServiceCollection AddMarketAssets(this IServiceCollection services)
    {
        services.AddSingleton<AssetBundler>();
        services.AddSingleton<ImportMap>();
        return services;
    }

    /// <summary>Static files as they are, and joined.</summary>
    public static void MapMarketAssets(this WebApplication app)
    {
        app.MapStaticAssets().DisableRateLimiting();
        app.MapMethods("/css/market.{fingerprint}.css", [HttpMethods.Get, HttpMethods.Head],
            (HttpContext http, AssetBundler bundles) => Serve(http, bundles.Styles)).AllowAnonymous().DisableRateLimiting();
        app.MapMethods("/js/market.{fingerprint}.js", [HttpMethods.Get, HttpMethods.Head],
            (HttpContext http, AssetBundler bundles) => Serve(http, bundles.Script)).AllowAnonymous().DisableRateLimiting();
    }

    // Also under the address of an earlier version, for a page that was on its way while the app was replaced; but not for ever then.
    private static FileContentHttpResult Serve(HttpContext http, Bundle bundle)
    {
        if (http.Request.Path == bundle.Url) http.Response.Headers.CacheControl = Forever;
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var compressed = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (compressed) http.Response.Headers.ContentEncoding = "br";
        return TypedResults.Bytes(compressed ? bundle.Brotli : bundle.Plain, bundle.ContentType);
    }
}
