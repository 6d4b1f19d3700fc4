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
/// One thing the app can be asked: a method, a route and, where a page has several, the handler's name. As text
/// "POST /chat/{id:int}?handler=Read". Static assets are one together.
/// </summary>
public sealed partial record AppRoute(string Method, string Path)
{
    private const string StaticAssets = "/{static-asset}";

    /// <summary>A file that nobody put there.</summary>
    public const string NoPhoto = "00000000000000000000000000000000.jpg";

    /// <summary>Whether it takes bodies larger than a form of words has.</summary>
    public bool TakesFiles { get; private init; }

    /// <summary>The flag that its page is gated by.</summary>
    public string? Flag { get; private init; }

    public bool ChangesSomething => Method is not ("GET" or "HEAD");

    public override string ToString() => $"{Method} {Path}";

    /// <summary>All there are, as the app itself lists them: a new page or handler is among them by itself.</summary>
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

    /// <summary>Its address, about this conversation and its product. A parameter that it knows nothing of becomes 1.</summary>
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
                .Append(new AppRoute("GET", path)) // Where no handler answers it, the page shows itself.
                .Select(route => route with { TakesFiles = takesFiles, Flag = flag });
        }

        return (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => new AppRoute(method, path));
    }

    // In Development one more route looks for files that came after the build.
    private static bool IsStaticAsset(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null || endpoint.RoutePattern.RawText == "{**path:file}";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
