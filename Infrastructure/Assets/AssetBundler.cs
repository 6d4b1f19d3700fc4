using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// Builds two bundles: one style sheet from the CSS files under <c>css/</c> and <c>Features/</c>, and one script from the JavaScript
/// modules under <c>js/</c> and <c>Features/</c>. A first visit on a slow connection needs two requests for them rather than twenty.
/// Bundles are built lazily; in Development they are rebuilt when a source file changes. Page scripts (<c>Page.cshtml.js</c>) are not
/// bundled: only their page loads them.
/// </summary>
public sealed partial class AssetBundler : IDisposable
{
    // tokens.css declares the order of the cascade layers, so it must come first. Within a layer the later rule wins, so base styles and
    // the shell come before the components that build on them.
    private static readonly string[] _firstSheets = ["tokens.css", "base.css", "shell.css"];

    private const string FeaturesFolder = "Features";
    private const string PageScriptSuffix = ".cshtml.js";

    // The framework's setting for watching configuration files (https://learn.microsoft.com/aspnet/core/fundamentals/configuration).
    private const string WatchSetting = "hostBuilder:reloadConfigOnChange";

    private readonly IFileProvider _files, _sources;
    private readonly IDisposable? _watch;
    private Lazy<Bundle> _styles, _script;

    public AssetBundler(IWebHostEnvironment environment, IConfiguration configuration)
    {
        (_files, _sources) = (environment.WebRootFileProvider, environment.ContentRootFileProvider);
        (_styles, _script) = (new(BundleStyles), new(BundleModules));
        // Files change in Development only, and operating systems limit the number of file watches.
        if (!environment.IsDevelopment() || !configuration.GetValue(WatchSetting, true)) return;
        _watch = ChangeToken.OnChange(
            () => new CompositeChangeToken(
                [_files.Watch("css/*.css"), _sources.Watch($"{FeaturesFolder}/**/*.css"), _files.Watch("js/*.js"),
                    _sources.Watch($"{FeaturesFolder}/**/*.js")]),
            () => (_styles, _script) = (new(BundleStyles), new(BundleModules)));
    }

    public Bundle Styles => _styles.Value;

    public Bundle Script => _script.Value;

    /// <summary>The paths by which scripts import the modules in <see cref="Script"/>, such as "/js/times.js".</summary>
    public IEnumerable<string> ModulePaths => ReadModules().Keys;

    public void Dispose() => _watch?.Dispose();

    private Bundle BundleStyles()
    {
        var sheets = Files("css");
        var shared = _firstSheets.Concat(sheets.Keys.Except(_firstSheets).Order(StringComparer.Ordinal)).Select(name => sheets[name]);
        var slices = FilesUnder(FeaturesFolder, ".css").Select(sheet => Read(sheet.File));
        return new Bundle("css", "css", "text/css; charset=utf-8",
            string.Concat(shared.Concat(slices).Select(sheet => Comment().Replace(sheet, ""))));
    }

    private Bundle BundleModules() => new("js", "js", "text/javascript; charset=utf-8", ModuleBundler.Concatenate(ReadModules()));

    private Dictionary<string, string> ReadModules()
    {
        var shared = Files("js").Select(module => ($"/js/{module.Key}", module.Value));
        var slices = FilesUnder(FeaturesFolder, ".js").Where(module => !module.Path.EndsWith(PageScriptSuffix, StringComparison.Ordinal));
        return shared.Concat(slices.Select(module => ($"/{module.Path}", Read(module.File)))).ToDictionary();
    }

    private Dictionary<string, string> Files(string folder) => _files.GetDirectoryContents(folder)
        .Where(file => Path.GetExtension(file.Name) == $".{folder}")
        .ToDictionary(file => file.Name, Read);

    private IEnumerable<(string Path, IFileInfo File)> FilesUnder(string folder, string extension) => _sources.GetDirectoryContents(folder)
        .OrderBy(file => file.Name, StringComparer.Ordinal)
        .SelectMany(file => file.IsDirectory ? FilesUnder($"{folder}/{file.Name}", extension)
            : Path.GetExtension(file.Name) == extension ? [($"{folder}/{file.Name}", file)] : []);

    private static string Read(IFileInfo file)
    {
        using var reader = new StreamReader(file.CreateReadStream());
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"[ \t]*/\*[\s\S]*?\*/[ \t]*\n?", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
