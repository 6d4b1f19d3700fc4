using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// The import map that leads "/js/times.js" to the one file that holds all modules. It is the one inline script there is; the content
/// security policy lets it in by its hash.
/// </summary>
public sealed class ImportMap(AssetBundler bundles)
{
    private CachedImportMap? _cached;

    public string Json => Current().Json;

    /// <summary>As a content security policy names it: "sha256-...".</summary>
    public string Hash => Current().Hash;

    private CachedImportMap Current()
    {
        var script = bundles.Script;
        return _cached is { } written && written.Script == script ? written : _cached = Write(script);
    }

    private CachedImportMap Write(Bundle script)
    {
        var imports = bundles.ModulePaths.Order(StringComparer.Ordinal).ToDictionary(path => path, _ => script.Url);
        var json = JsonSerializer.Serialize(new { imports });
        return new CachedImportMap(script, json, $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(json)))}");
    }

    private sealed record CachedImportMap(Bundle Script, string Json, string Hash);
}
