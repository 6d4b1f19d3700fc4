using System.Reflection;
using System.Text.RegularExpressions;

namespace MarketChat.Tests.Architecture;

/// <summary>The two rules of the house: a slice names no other slice, and Infrastructure names no feature.</summary>
public sealed partial class HouseTests
{
    private static readonly string _root = typeof(HouseTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AppRoot").Value!;

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
            if (!file.EndsWith(".cs", StringComparison.Ordinal) || file.Contains("Migrations", StringComparison.Ordinal)) continue;
            var folder = Path.GetRelativePath(_root, Path.GetDirectoryName(file)!);
            File.ReadAllText(file).ShouldContain($"namespace {Namespace(folder)};", customMessage: file);
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

    private static IEnumerable<string> Names(string file) => QualifiedName().Matches(File.ReadAllText(file)).Select(match => match.Value);

    private static string Namespace(string folder) => "MarketChat." + folder.Replace(Path.DirectorySeparatorChar, '.');

    [GeneratedRegex(@"\bMarketChat(\.\w+)+")]
    private static partial Regex QualifiedName();
}
