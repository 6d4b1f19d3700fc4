using System.Reflection;
using System.Text.RegularExpressions;

namespace MarketChat.Tests.Architecture;

/// <summary>
/// The two rules of the house, that a slice names no other slice and Infrastructure no feature, and what follows for a slice that one
/// can do without.
/// </summary>
public sealed partial class HouseTests
{
    private static readonly string _root = typeof(HouseTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AppRoot").Value!;

    private static readonly string[] _generated = ["Migrations", "CompiledModel"];

    private static readonly string[] _slices = [.. Directory.GetDirectories(Path.Combine(_root, "Features"))
        .SelectMany(area => SlicesOf(area))
        .Select(slice => Path.GetRelativePath(_root, slice))];

    public static TheoryData<string> Slices => new(_slices);

    [Theory]
    [MemberData(nameof(Slices))]
    public void A_slice_names_no_other_slice(string slice)
    {
        var others = _slices.Where(other => other != slice).Select(Namespace).ToList();

        foreach (var file in CodeIn(Path.Combine(_root, slice)))
        {
            var named = Names(file).Where(name => others.Any(other => name == other || name.StartsWith(other + ".", StringComparison.Ordinal)));
            named.ShouldBeEmpty($"{Path.GetRelativePath(_root, file)} names another slice");
        }
    }

    [Fact]
    public void Infrastructure_names_no_feature()
    {
        var files = CodeIn(Path.Combine(_root, "Infrastructure")).ToList();
        files.ShouldNotBeEmpty();
        foreach (var file in files)
        {
            Names(file).Where(name => name.StartsWith("MarketChat.Features", StringComparison.Ordinal))
                .ShouldBeEmpty($"{Path.GetRelativePath(_root, file)} names a feature");
        }
    }

    [Fact]
    public void Every_type_lives_in_the_namespace_of_its_folder()
    {
        foreach (var file in CodeIn(Path.Combine(_root, "Features")).Concat(CodeIn(Path.Combine(_root, "Infrastructure"))))
        {
            if (!file.EndsWith(".cs", StringComparison.Ordinal) || _generated.Any(file.Contains)) continue;
            var folder = Path.GetRelativePath(_root, Path.GetDirectoryName(file)!);
            File.ReadAllText(file).ShouldContain($"namespace {Namespace(folder)};", customMessage: file);
        }
    }

    /// <summary>An optional slice is one whose setup names a flag: <c>public const string Flag = "...";</c></summary>
    [Fact]
    public void An_optional_slice_is_wired_by_one_line_in_its_areas_setup_and_named_nowhere_else()
    {
        foreach (var slice in _slices)
        {
            foreach (var setup in Directory.GetFiles(Path.Combine(_root, slice), "*Setup.cs"))
            {
                if (FlagConstant().Match(File.ReadAllText(setup)) is not { Success: true } flag) continue;
                var (area, folder) = (Path.GetDirectoryName(slice)!, slice.Replace('\\', '/'));
                string[] names = [Path.GetFileNameWithoutExtension(setup), flag.Groups["name"].Value, Namespace(slice), folder];
                var naming = new Regex($@"(?<!\w)({string.Join('|', names.Select(Regex.Escape))})(?!\w)");

                var lines = AppFilesOutside(slice).SelectMany(file => File.ReadLines(file).Where(line => naming.IsMatch(line)).Select(line => (File: file, Line: line)));

                var wiring = lines.ShouldHaveSingleItem($"{slice} is named outside its folder other than by its one line of wiring");
                wiring.File.ShouldBe(Path.Combine(_root, area, $"{Path.GetFileName(area)}Setup.cs"), slice);
            }
        }
    }

    [Fact]
    public void Program_reads_like_a_table_of_contents() =>
        File.ReadAllLines(Path.Combine(_root, "Program.cs")).Length.ShouldBeLessThan(60);

    // An area holds slices; a folder with files of its own and no folders is a slice itself, as Badge is.
    private static IEnumerable<string> SlicesOf(string area)
    {
        var name = Path.GetFileName(area);
        if (name == "Shared") return [];
        var slices = Directory.GetDirectories(area);
        return slices.Length == 0 ? [area] : slices;
    }

    private static IEnumerable<string> CodeIn(string folder) => Directory.EnumerateFiles(folder, "*.cs*", SearchOption.AllDirectories)
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".cshtml", StringComparison.Ordinal));

    private static IEnumerable<string> AppFilesOutside(string slice) => new[] { "Features", "Infrastructure", Path.Combine("wwwroot", "js") }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), "*", SearchOption.AllDirectories))
        .Append(Path.Combine(_root, "Program.cs"))
        .Where(file => Path.GetExtension(file) is ".cs" or ".cshtml" or ".js")
        .Where(file => !file.StartsWith(Path.Combine(_root, slice) + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private static IEnumerable<string> Names(string file) => QualifiedName().Matches(File.ReadAllText(file)).Select(match => match.Value);

    private static string Namespace(string folder) => "MarketChat." + folder.Replace(Path.DirectorySeparatorChar, '.');

    [GeneratedRegex(@"\bMarketChat(\.\w+)+")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\bpublic const string Flag = ""(?<name>\w+)"";")]
    private static partial Regex FlagConstant();
}
