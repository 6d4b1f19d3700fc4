using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// The import map that resolves every module path, such as "/js/times.js", to the script bundle. It is the only inline script of the pages;
/// the content security policy allows it by its hash.
/// </summary>
public sealed class ImportMap(AssetBundler bundles)
{
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
        var imports = bundles.ModulePaths.Order(StringComparer.Ordinal).ToDictionary(path => path, _ => script.Url);
        var json = JsonSerializer.Serialize(new { imports });
        return new CachedImportMap(script, json, $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(json)))}");
    }

    private sealed record CachedImportMap(Bundle Script, string Json, string Hash);
}
