using System.Text;
using System.Text.RegularExpressions;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// Joins ECMAScript modules into one that exports what all of them export. Each keeps a scope of its own, and stands behind those it
/// imports. Understands the imports and exports that the modules here use, by name and without renaming, and refuses others.
/// </summary>
public static partial class ModuleBundler
{
    /// <param name="modules">The text of each module by its path, such as "/js/times.js".</param>
    public static string Concatenate(IReadOnlyDictionary<string, string> modules)
    {
        var joined = new StringBuilder();
        var exported = new List<string>();
        var placed = new HashSet<string>();
        foreach (var path in modules.Keys.Order(StringComparer.Ordinal)) Place(path);
        joined.Append("export { ").AppendJoin(", ", exported).AppendLine(" };");
        return joined.ToString();

        void Place(string path)
        {
            if (!placed.Add(path)) return;
            var text = modules[path];
            foreach (Match import in Import().Matches(text)) Place(Resolve(path, import.Groups[1].Value));
            var names = Export().Matches(text).Select(export => export.Groups[2].Value).ToList();
            var body = Comment().Replace(Export().Replace(Import().Replace(text, ""), "$1$2"), "");
            if (Unknown().Match(body) is { Success: true } unknown)
            {
                throw new InvalidOperationException($"{path}: cannot join \"{unknown.Value}\".");
            }

            joined.AppendLine(names.Count == 0 ? "(() => {" : $"const {{ {string.Join(", ", names)} }} = (() => {{");
            joined.AppendLine(body.Trim());
            joined.AppendLine(names.Count == 0 ? "})();" : $"return {{ {string.Join(", ", names)} }};\n}})();");
            exported.AddRange(names);
        }
    }

    private static string Resolve(string importer, string specifier) =>
        specifier.StartsWith("./", StringComparison.Ordinal) ? importer[..(importer.LastIndexOf('/') + 1)] + specifier[2..] : specifier;

    [GeneratedRegex(@"^import \{[^}]*\} from '(\.?/[\w/-]+\.js)';\n", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();

    [GeneratedRegex(@"^export ((?:async )?(?:function|class|const) )(\w+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Export();

    // Whole lines only, which in these files is never text.
    [GeneratedRegex(@"^[ \t]*(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:import|export)\b.*", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unknown();
}
