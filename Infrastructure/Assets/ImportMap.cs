using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// The import map that resolves every module path, such as "/js/times.js", to the script bundle. It is the only inline script of the pages;
/// the content security policy allows it by its hash.
/// </summary>
public sealed class ImportMap(AssetBundler bundles, IConfiguration configuration)
{
    private readonly PathString _pathBase = configuration.GetPathBase();
    private CachedImportMap? _cached;

    public string Json => Current().Json;

    /// <summary>The hash as a source expression of a content security policy: "sha256-...".</summary>
    public string Hash => Current().Hash;

    private CachedImportMap Current()
    {
        var script = bundles.Script;
        return _cached is { } cached && cached.Script == script ? cached : _cached = Create(script);
    }

    private CachedImportMap Create(Bundle script)
    {
        // Modules import each other by absolute paths, and within a folder by relative ones, which browsers resolve under the base path.
        var imports = bundles.ModulePaths.Concat(bundles.ModulePaths.Select(path => _pathBase + path)).Distinct()
            .Order(StringComparer.Ordinal).ToDictionary(path => path, _ => _pathBase + script.Url);
        var json = JsonSerializer.Serialize(new { imports });
        return new CachedImportMap(script, json, $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(json)))}");
    }

    private sealed record CachedImportMap(Bundle Script, string Json, string Hash);
}
