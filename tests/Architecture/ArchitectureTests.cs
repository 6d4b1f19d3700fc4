using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.AspNetCore.Razor.Hosting;
using Mono.Cecil;

namespace MarketChat.Tests.Architecture;

/// <summary>
/// Architecture rules: a slice references no other slice, Infrastructure references no feature, and an optional slice can be removed. Type
/// references are checked in the compiled assembly; routes and constants, which compilation inlines, are checked in the source files.
/// </summary>
public sealed partial class ArchitectureTests
{
    private const int LongestLine = 140;

    private static readonly string _root = typeof(ArchitectureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "AppRoot").Value!;

    private static readonly Assembly _app = typeof(MarketDb).Assembly;

    private static readonly string[] _generated = ["Migrations", "CompiledModel"];

    private static readonly string[] _slices = [.. Directory.GetDirectories(Path.Combine(_root, "Features"))
        .SelectMany(area => SlicesOf(area))
        .Select(slice => Path.GetRelativePath(_root, slice))];

    // Compiled views have generated namespaces. This maps each view to the folder of its source file.
    private static readonly Dictionary<string, string> _views = _app.GetCustomAttributes<RazorCompiledItemAttribute>()
        .ToDictionary(view => view.Type.FullName!, view => Namespace(Path.GetDirectoryName(view.Identifier)!.TrimStart('/')));

    // Ordered from the bottom up: a folder of Infrastructure may reference only the folders before it.
    private static readonly string[] _layers =
    [
        "Configuration", "Localization", "Assets", "Storage", "Text", "Data", "Http", "Identity", "Flags", "RateLimits", "Realtime",
        "Photos", "Push", "Logging", "Security", "Operations",
    ];

    // Known exceptions. Entries may be removed, never added.
    private static readonly string[] _refersUpwards = [];

    private static readonly string[] _routesInInfrastructure =
    [
        "Data/Entities/Message.cs: /chat/{id:int}/photos/{message:long}/{number:int}",
        "Http/ErrorPages.cs: /error/{status:int?}",
        "Identity/IdentitySetup.cs: /account/sign-in",
    ];

    private static readonly string[] _requestsRecognizedByPath = [];

    private static readonly ConcurrentDictionary<string, Regex> _writtenRoutes = new();

    public static TheoryData<string> Slices => new(_slices);

    [Theory]
    [MemberData(nameof(Slices))]
    public void A_slice_names_no_other_slice(string slice)
    {
        var others = _slices.Where(other => other != slice).ToArray();

        Dependencies.On(_app, type => IsIn(Namespace(slice), type), [.. others.Select(Namespace)]).ShouldBeEmpty();

        var constants = others.SelectMany(ConstantsOf).ToHashSet();
        foreach (var file in CodeIn(Path.Combine(_root, slice)))
        {
            MemberAccess().Matches(File.ReadAllText(file)).Select(match => match.Value).Where(constants.Contains)
                .ShouldBeEmpty($"{Path.GetRelativePath(_root, file)} names a constant of another slice");
        }
    }

    [Fact]
    public void Infrastructure_names_no_feature()
    {
        Dependencies.On(_app, type => IsIn("MarketChat.Infrastructure", type), "MarketChat.Features").ShouldBeEmpty();

        var folder = Path.Combine(_root, "Infrastructure");
        string[] routes = [.. RoutesOf("Features")];
        var found = CodeIn(folder).SelectMany(file => File.ReadLines(file)
            .SelectMany(line => RoutesIn(line, routes).Concat(HandlersIn(line)))
            .Select(route => $"{Path.GetRelativePath(folder, file)}: {route}"));
        found.Distinct().ShouldBe(_routesInInfrastructure, ignoreOrder: true);
    }

    [Fact]
    public void Inside_Infrastructure_references_go_one_way()
    {
        Directory.GetDirectories(Path.Combine(_root, "Infrastructure")).Select(Path.GetFileName).ShouldBe(_layers, ignoreOrder: true);

        var found = _layers.SelectMany((layer, i) => Dependencies.On(
            _app, type => IsIn(InfrastructureSpace(layer), type), [.. _layers.Skip(i + 1).Select(InfrastructureSpace)]));

        found.ShouldBe(_refersUpwards.Select(InfrastructureSpace), ignoreOrder: true);

        static string InfrastructureSpace(string name) => $"MarketChat.Infrastructure.{name}";
    }

    [Theory]
    [InlineData("InBody")]
    [InlineData("InSignature")]
    [InlineData("AsBase")]
    [InlineData("AsGenericArgument")]
    [InlineData("InGenericCall")]
    [InlineData("InAsyncMethod")]
    [InlineData("InLambda")]
    [InlineData("InNestedType")]
    [InlineData("InAttributeOfType")]
    [InlineData("InAttributeOfMember")]
    [InlineData("Innocent", false)]
    public void A_reference_is_found_however_it_is_written(string name, bool isGuilty = true)
    {
        const string Sample = "MarketChat.Tests.Architecture.Sample";

        var found = Dependencies.On(
            typeof(ArchitectureTests).Assembly, type => type.Outermost().FullName == $"{Sample}.Guilty.{name}", $"{Sample}.Other");

        found.Count.ShouldBe(isGuilty ? 1 : 0);
    }

    [Fact]
    public void Every_view_counts_as_code_of_its_folder()
    {
        var views = Directory.EnumerateFiles(Path.Combine(_root, "Features"), "*.cshtml", SearchOption.AllDirectories);

        _views.Values.Order().ShouldBe(views.Select(view => Namespace(Path.GetRelativePath(_root, Path.GetDirectoryName(view)!))).Order());
        Dependencies.On(_app, type => IsIn("MarketChat.Features.Chat.Room", type) && _views.ContainsKey(type.FullName),
            "MarketChat.Features.Chat.Room")
            .ShouldContain("AspNetCoreGeneratedDocument.Features_Chat_Room_Room");
    }

    [Fact]
    public void No_slice_tells_anothers_request_by_its_path()
    {
        var found = _slices.SelectMany(slice => CodeIn(Path.Combine(_root, slice)).SelectMany(file => File.ReadLines(file)
            .SelectMany(line => PathComparison().Matches(line).Select(match => match.Value))
            .SelectMany(comparison => RoutesIn(comparison, _slices.Where(other => other != slice).SelectMany(RoutesOf)))
            .Select(route => $"{Path.GetRelativePath(_root, file)}: {route}")));

        found.ShouldBe(_requestsRecognizedByPath);
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

    /// <summary>A slice is optional if its setup declares a flag: <c>public const string Flag = "...";</c></summary>
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
                string[] routes = [.. RoutesOf(slice)];

                var lines = AppFilesOutside(slice).SelectMany(file => File.ReadLines(file)
                    .Where(line => naming.IsMatch(line) || (!IsInInfrastructure(file) && RoutesIn(line, routes).Any()))
                    .Select(line => (File: file, Line: line)));

                var wiring = lines.ShouldHaveSingleItem($"{slice} is named outside its folder other than by its one line of wiring");
                wiring.File.ShouldBe(Path.Combine(_root, area, $"{Path.GetFileName(area)}Setup.cs"), slice);
            }
        }

        // Infrastructure has its own list of exceptions.
        static bool IsInInfrastructure(string file) => file.StartsWith(Path.Combine(_root, "Infrastructure"), StringComparison.Ordinal);
    }

    [Fact]
    public void Views_and_scripts_write_no_path_that_lacks_the_base_path()
    {
        var files = new[] { "Features", Path.Combine("wwwroot", "js") }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), "*", SearchOption.AllDirectories));

        var found = files.SelectMany(file => File.ReadLines(file)
            .Where(line => (Path.GetExtension(file) == ".cshtml" && PathInMarkup().IsMatch(line))
                || (Path.GetExtension(file) == ".js" && PathInScript().IsMatch(line))
                || (Path.GetExtension(file) == ".cs" && PathInRedirect().IsMatch(line)))
            .Select(line => $"{Path.GetRelativePath(_root, file)}: {line.Trim()}"));

        found.ShouldBeEmpty("write ~/ in views and redirects, and appUrl(...) in scripts");
    }

    [Fact]
    public void Program_reads_like_a_table_of_contents() =>
        File.ReadAllLines(Path.Combine(_root, "Program.cs")).Length.ShouldBeLessThan(60);

    [Fact]
    public void No_line_of_code_is_longer_than_the_editor_settings_say()
    {
        File.ReadAllText(Path.Combine(_root, ".editorconfig")).ShouldContain($"max_line_length = {LongestLine}");
        var files = new[] { "Features", "Infrastructure", "tests" }.SelectMany(folder => CodeIn(Path.Combine(_root, folder)))
            .Append(Path.Combine(_root, "Program.cs"))
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => !Path.GetRelativePath(_root, file).Split(Path.DirectorySeparatorChar).Intersect([.. _generated, "obj", "bin"])
                .Any());

        var tooLong = files.SelectMany(
            file => File.ReadLines(file).Select((line, i) => (At: $"{Path.GetRelativePath(_root, file)}:{i + 1}", line.Length)));

        tooLong.Where(line => line.Length > LongestLine).Select(line => line.At).ShouldBeEmpty();
    }

    // An area contains slices. A folder with files and no subfolders, such as Badge, is a slice itself.
    private static IEnumerable<string> SlicesOf(string area)
    {
        var name = Path.GetFileName(area);
        if (name == "Shared") return [];
        var slices = Directory.GetDirectories(area);
        return slices.Length == 0 ? [area] : slices;
    }

    private static bool IsIn(string space, TypeDefinition type)
    {
        var outermost = type.Outermost();
        var own = _views.GetValueOrDefault(outermost.FullName, outermost.Namespace);
        return own == space || own.StartsWith($"{space}.", StringComparison.Ordinal);
    }

    private static IEnumerable<string> ConstantsOf(string slice) => _app.GetTypes()
        .Where(type => type.Namespace == Namespace(slice))
        .SelectMany(
            type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Where(field => field.IsLiteral)
            .Select(field => $"{type.Name}.{field.Name}"));

    private static IEnumerable<string> CodeIn(string folder) => Directory.EnumerateFiles(folder, "*.cs*", SearchOption.AllDirectories)
        .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".cshtml", StringComparison.Ordinal));

    private static IEnumerable<string> AppFilesOutside(string slice) =>
        new[] { "Features", "Infrastructure", Path.Combine("wwwroot", "js") }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), "*", SearchOption.AllDirectories))
        .Append(Path.Combine(_root, "Program.cs"))
        .Where(file => Path.GetExtension(file) is ".cs" or ".cshtml" or ".js")
        .Where(file => !file.StartsWith(Path.Combine(_root, slice) + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private static IEnumerable<string> RoutesOf(string folder) =>
        Directory.EnumerateFiles(Path.Combine(_root, folder), "*.cshtml", SearchOption.AllDirectories)
            .SelectMany(view => PageRoute().Matches(File.ReadAllText(view)))
            .Select(match => match.Groups["route"].Value).Where(route => route != "/");

    // The routes that a string literal in the line starts or ends with, ignoring its query.
    private static IEnumerable<string> RoutesIn(string line, IEnumerable<string> routes) => routes.Where(route =>
        _writtenRoutes.GetOrAdd(route, WrittenRoute).IsMatch(line));

    // A route parameter matches anything between two slashes.
    private static Regex WrittenRoute(string route) =>
        new($@"[""'`]~?{OptionalParameter().Replace(Parameter().Replace(route, @"(?>[^/""'`]+)"), "(/[^/]+)?")}(?![\w/-])");

    private static IEnumerable<string> HandlersIn(string line) =>
        HandlerComparison().Matches(line).Select(match => $"handler={match.Groups["name"]}");

    private static string Namespace(string folder) => "MarketChat." + folder.Replace(Path.DirectorySeparatorChar, '.');

    [GeneratedRegex(@"\b[A-Z]\w*\.[A-Z]\w*\b")]
    private static partial Regex MemberAccess();

    [GeneratedRegex(@"(href|src|action)=""/")]
    private static partial Regex PathInMarkup();

    // Imports are resolved by the import map.
    [GeneratedRegex(@"(?<!appUrl\(|from |import\()['`]/[a-z]")]
    private static partial Regex PathInScript();

    [GeneratedRegex(@"(SeeOther|Redirect)\(\$?""/")]
    private static partial Regex PathInRedirect();

    [GeneratedRegex(@"\bpublic const string Flag = ""(?<name>\w+)"";")]
    private static partial Regex FlagConstant();

    [GeneratedRegex(@"^@page ""(?<route>[^""]+)""", RegexOptions.Multiline)]
    private static partial Regex PageRoute();

    [GeneratedRegex(@"\{[^}?]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"/\{[^}]+\?\}")]
    private static partial Regex OptionalParameter();

    [GeneratedRegex(@"(StartsWith|StartsWithSegments|Equals|==|is) ?\(?""/[^""]*""")]
    private static partial Regex PathComparison();

    [GeneratedRegex(@"""handler""\], ""(?<name>\w+)""")]
    private static partial Regex HandlerComparison();
}
