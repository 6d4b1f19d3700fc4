using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace MarketChat.Infrastructure.Security;

/// <summary>
/// The import map that leads "/js/times.js" to its fingerprinted file, so that modules too are cached for ever. It is the one inline
/// script there is; the content security policy lets it in by its hash. (The framework's own map has keys relative to the page, which
/// fit only pages at the root.)
/// </summary>
public sealed class ModuleMap(EndpointDataSource endpoints)
{
    private readonly Lazy<string> _json = new(() => Write(endpoints));

    public string Json => _json.Value;

    /// <summary>As a content security policy names it: "sha256-...".</summary>
    public string Hash => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Json)))}";

    private static string Write(EndpointDataSource endpoints)
    {
        var assets = endpoints.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<ResourceAssetCollection>()).FirstOrDefault(a => a is not null);
        var imports = (assets ?? Enumerable.Empty<ResourceAsset>())
            .Select(asset => (asset.Url, Label: asset.Properties?.FirstOrDefault(p => p.Name == "label")?.Value))
            .Where(asset => asset.Label is { } label && label.StartsWith("js/", StringComparison.Ordinal) && label.EndsWith(".js", StringComparison.Ordinal))
            .ToDictionary(asset => $"/{asset.Label}", asset => $"/{asset.Url}");
        return JsonSerializer.Serialize(new { imports });
    }
}
