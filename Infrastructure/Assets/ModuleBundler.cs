using System.Text;
using System.Text.RegularExpressions;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// Concatenates ECMAScript modules into one module with all their exports. Each module becomes a function expression, so it keeps its own
/// scope, and is placed after the modules that it imports. Supports only the syntax that the modules here use: named imports and exported
/// functions, classes and constants, without renaming. Anything else is an error.
/// </summary>
public static partial class ModuleBundler
{
    /// <param name="modules">The source text of each module by its path, such as "/js/times.js".</param>
    /// <exception cref="InvalidOperationException">A module has an unsupported import or export.</exception>
    public static string Concatenate(IReadOnlyDictionary<string, string> modules)
    {
        var bundle = new StringBuilder();
        var exportedNames = new List<string>();
        var appended = new HashSet<string>();
        foreach (var path in modules.Keys.Order(StringComparer.Ordinal)) Append(path);
        bundle.Append("export { ").AppendJoin(", ", exportedNames).AppendLine(" };");
        return bundle.ToString();

        void Append(string path)
        {
            if (!appended.Add(path)) return;
            var text = modules[path];
            foreach (Match import in Import().Matches(text)) Append(Resolve(path, import.Groups[1].Value));
            var names = Export().Matches(text).Select(export => export.Groups[2].Value).ToList();
            var body = Comment().Replace(Export().Replace(Import().Replace(text, ""), "$1$2"), "");
            if (Unsupported().Match(body) is { Success: true } unsupported)
            {
                throw new InvalidOperationException($"{path}: unsupported import or export \"{unsupported.Value}\".");
            }

            bundle.AppendLine(names.Count == 0 ? "(() => {" : $"const {{ {string.Join(", ", names)} }} = (() => {{");
            bundle.AppendLine(body.Trim());
            bundle.AppendLine(names.Count == 0 ? "})();" : $"return {{ {string.Join(", ", names)} }};\n}})();");
            exportedNames.AddRange(names);
        }
    }

    private static string Resolve(string importer, string specifier) =>
        specifier.StartsWith("./", StringComparison.Ordinal) ? importer[..(importer.LastIndexOf('/') + 1)] + specifier[2..] : specifier;

    [GeneratedRegex(@"^import \{[^}]*\} from '(\.?/[\w/-]+\.js)';\n", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Import();

    [GeneratedRegex(@"^export ((?:async )?(?:function|class|const) )(\w+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Export();

    // Matches whole lines only; in these files such a line is never part of a string or template literal.
    [GeneratedRegex(@"^[ \t]*(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:import|export)\b.*", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unsupported();
}
