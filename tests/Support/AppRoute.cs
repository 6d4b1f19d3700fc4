using System.Reflection;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement.Mvc;

namespace MarketChat.Tests.Support;

/// <summary>
/// An endpoint of the app: a method, a route and, if the page has several handlers, the handler's name.
/// The text form is "POST /chat/{id:int}?handler=Read". All static assets count as one route.
/// </summary>
public sealed partial record AppRoute(string Method, string Path)
{
    private const string StaticAssets = "/{static-asset}";

    /// <summary>A photo that does not exist.</summary>
    public const string NoPhoto = "00000000000000000000000000000000.jpg";

    /// <summary>Whether the route accepts file uploads, and so larger bodies.</summary>
    public bool TakesFiles { get; private init; }

    /// <summary>The feature flag that gates the page.</summary>
    public string? Flag { get; private init; }

    public bool ChangesSomething => Method is not ("GET" or "HEAD");

    public override string ToString() => $"{Method} {Path}";

    /// <summary>All routes that the app registers, so that a new page or handler is included automatically.</summary>
    public static async Task<IReadOnlyList<AppRoute>> AllOf(MarketHost host)
    {
        var routes = new List<AppRoute>();
        foreach (var endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            routes.AddRange(await RoutesOf(endpoint, host.Services.GetRequiredService<PageLoader>()));
        }

        return [.. routes.Distinct().OrderBy(route => route.Path, StringComparer.Ordinal).ThenBy(route => route.Method,
            StringComparer.Ordinal)];
    }

    /// <summary>The URL of the route for this conversation and its product. Unknown parameters become 1.</summary>
    public string UrlIn(Conversation talk, string photo = NoPhoto) => Parameter().Replace(Path
        .Replace(StaticAssets, "/logo.svg", StringComparison.Ordinal)
        .Replace("{fingerprint}", "0", StringComparison.Ordinal)
        .Replace("{name}", photo, StringComparison.Ordinal)
        .Replace("/{status:int?}", "", StringComparison.Ordinal)
        .Replace("{id:int}", $"{(Path.StartsWith("/products", StringComparison.Ordinal) ? talk.Product.Id : talk.RoomId)}",
            StringComparison.Ordinal), "1");

    private static async Task<IEnumerable<AppRoute>> RoutesOf(RouteEndpoint endpoint, PageLoader pages)
    {
        if (IsStaticAsset(endpoint)) return [new AppRoute("GET", StaticAssets)];
        var path = "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
        if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
        {
            var loaded = await pages.LoadAsync(page, endpoint.Metadata);
            var takesFiles = loaded.ModelTypeInfo?.GetCustomAttribute<MaxRequestBodySizeAttribute>() is not null;
            var flag = loaded.ModelTypeInfo?.GetCustomAttribute<FeatureGateAttribute>()?.Features.Single();
            return loaded.HandlerMethods
                .Select(handler => new AppRoute(
                    handler.HttpMethod.ToUpperInvariant(), string.IsNullOrEmpty(handler.Name) ? path : $"{path}?handler={handler.Name}"))
                .Append(new AppRoute("GET", path)) // Without a matching handler, the page renders itself.
                .Select(route => route with { TakesFiles = takesFiles, Flag = flag });
        }

        return (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => new AppRoute(method, path));
    }

    // In Development, an additional route serves files created after the build.
    private static bool IsStaticAsset(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null || endpoint.RoutePattern.RawText == "{**path:file}";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
