using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// The style sheets under <c>css/</c> and in the slices' folders as one file, and the modules under <c>js/</c> and in the slices' folders
/// as another: a first visit on a slow line takes two requests for them rather than twenty. Made when first asked for and, in
/// Development, again when a file changes. A page's own script (<c>Page.cshtml.js</c>) stays a file of its own, which only its page loads.
/// </summary>
public sealed partial class AssetBundler : IDisposable
{
    // Tokens name the order of the layers; within a layer the later rule wins, and a block comes after what it builds upon.
    private static readonly string[] _firstSheets = ["tokens.css", "base.css", "shell.css"];

    private const string Slices = "Features";
    private const string PageScript = ".cshtml.js";

    // The framework's own, for the files of settings (https://learn.microsoft.com/aspnet/core/fundamentals/configuration).
    private const string WatchSetting = "hostBuilder:reloadConfigOnChange";

    private readonly IFileProvider _files, _sources;
    private readonly IDisposable? _watch;
    private Lazy<Bundle> _styles, _script;

    public AssetBundler(IWebHostEnvironment environment, IConfiguration configuration)
    {
        (_files, _sources) = (environment.WebRootFileProvider, environment.ContentRootFileProvider);
        (_styles, _script) = (new(BundleStyles), new(BundleModules));
        // Nothing changes, and a system has few watches to give.
        if (!environment.IsDevelopment() || !configuration.GetValue(WatchSetting, true)) return;
        _watch = ChangeToken.OnChange(
            () => new CompositeChangeToken(
                [_files.Watch("css/*.css"), _sources.Watch($"{Slices}/**/*.css"), _files.Watch("js/*.js"),
                    _sources.Watch($"{Slices}/**/*.js")]),
            () => (_styles, _script) = (new(BundleStyles), new(BundleModules)));
    }

    public Bundle Styles => _styles.Value;

    public Bundle Script => _script.Value;

    /// <summary>The paths under which the modules in <see cref="Script"/> are imported, such as "/js/times.js".</summary>
    public IEnumerable<string> ModulePaths => ReadModules().Keys;

    public void Dispose() => _watch?.Dispose();

    private Bundle BundleStyles()
    {
        var sheets = Files("css");
        var shared = _firstSheets.Concat(sheets.Keys.Except(_firstSheets).Order(StringComparer.Ordinal)).Select(name => sheets[name]);
        var slices = FilesUnder(Slices, ".css").Select(sheet => Read(sheet.File));
        return new Bundle("css", "css", "text/css; charset=utf-8",
            string.Concat(shared.Concat(slices).Select(sheet => Comment().Replace(sheet, ""))));
    }

    private Bundle BundleModules() => new("js", "js", "text/javascript; charset=utf-8", ModuleBundler.Concatenate(ReadModules()));

    private Dictionary<string, string> ReadModules()
    {
        var shared = Files("js").Select(module => ($"/js/{module.Key}", module.Value));
        var slices = FilesUnder(Slices, ".js").Where(module => !module.Path.EndsWith(PageScript, StringComparison.Ordinal));
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
