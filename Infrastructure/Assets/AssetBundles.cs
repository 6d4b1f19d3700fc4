using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// The style sheets under <c>css/</c> and in the slices' folders as one file, and the modules under <c>js/</c> as another: a first visit
/// on a slow line takes two requests for them rather than twenty. Made when first asked for and, in Development, again when a file changes.
/// </summary>
public sealed partial class AssetBundles : IDisposable
{
    // Tokens name the order of the layers; within a layer the later rule wins, and a block comes after what it builds upon.
    private static readonly string[] _firstSheets = ["tokens.css", "base.css", "shell.css"];

    private const string Slices = "Features";

    // The framework's own, for the files of settings (https://learn.microsoft.com/aspnet/core/fundamentals/configuration).
    private const string WatchSetting = "hostBuilder:reloadConfigOnChange";

    private readonly IFileProvider _files, _sources;
    private readonly IDisposable? _watch;
    private Lazy<Bundle> _styles, _script;

    public AssetBundles(IWebHostEnvironment environment, IConfiguration configuration)
    {
        (_files, _sources) = (environment.WebRootFileProvider, environment.ContentRootFileProvider);
        (_styles, _script) = (new(JoinStyles), new(JoinModules));
        if (!environment.IsDevelopment() || !configuration.GetValue(WatchSetting, true)) return; // Nothing changes, and a system has few watches to give.
        _watch = ChangeToken.OnChange(
            () => new CompositeChangeToken([_files.Watch("css/*.css"), _files.Watch("js/*.js"), _sources.Watch($"{Slices}/**/*.css")]),
            () => (_styles, _script) = (new(JoinStyles), new(JoinModules)));
    }

    public Bundle Styles => _styles.Value;

    public Bundle Script => _script.Value;

    /// <summary>The names of the modules in <see cref="Script"/>.</summary>
    public IEnumerable<string> ModuleNames => Files("js").Keys;

    public void Dispose() => _watch?.Dispose();

    private Bundle JoinStyles()
    {
        var sheets = Files("css");
        var shared = _firstSheets.Concat(sheets.Keys.Except(_firstSheets).Order(StringComparer.Ordinal)).Select(name => sheets[name]);
        return new Bundle("css", "css", "text/css; charset=utf-8", string.Concat(shared.Concat(SheetsUnder(Slices)).Select(sheet => Comment().Replace(sheet, ""))));
    }

    private Bundle JoinModules() => new("js", "js", "text/javascript; charset=utf-8", Modules.Join(Files("js")));

    private Dictionary<string, string> Files(string folder) => _files.GetDirectoryContents(folder)
        .Where(file => Path.GetExtension(file.Name) == $".{folder}")
        .ToDictionary(file => file.Name, Read);

    private IEnumerable<string> SheetsUnder(string folder) => _sources.GetDirectoryContents(folder)
        .OrderBy(file => file.Name, StringComparer.Ordinal)
        .SelectMany(file => file.IsDirectory ? SheetsUnder($"{folder}/{file.Name}") : Path.GetExtension(file.Name) == ".css" ? [Read(file)] : []);

    private static string Read(IFileInfo file)
    {
        using var reader = new StreamReader(file.CreateReadStream());
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"[ \t]*/\*[\s\S]*?\*/[ \t]*\n?")]
    private static partial Regex Comment();
}
