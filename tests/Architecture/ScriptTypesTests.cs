using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace MarketChat.Tests.Architecture;

/// <summary>
/// Type-checks the browser scripts: plain JavaScript with JSDoc types, checked by TypeScript (tests/Scripts) in strict mode.
/// </summary>
public sealed partial class ScriptTypesTests
{
    private const string Pages = "tsconfig.json";
    private const string Worker = "tsconfig.worker.json";

    private static readonly string _root = typeof(ScriptTypesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "AppRoot").Value!;

    private static readonly string[] _scripts = [.. new[] { Path.Combine("wwwroot", "js"), "Features" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_root, folder), "*.js", SearchOption.AllDirectories))
        .Select(Relative)
        .Order()];

    [TypeScriptTheory]
    [InlineData(Pages)]
    [InlineData(Worker)]
    public async Task TypeScript_finds_nothing_wrong(string project) => (await Check(project)).ShouldBeEmpty();

    [TypeScriptFact]
    public async Task Every_script_is_checked()
    {
        string[] listed = [await Check(Pages, "--listFilesOnly"), await Check(Worker, "--listFilesOnly")];

        var checkedScripts = listed.SelectMany(list => list.Split('\n', StringSplitOptions.TrimEntries))
            .Where(file => file.EndsWith(".js", StringComparison.Ordinal));

        checkedScripts.Select(Relative).Distinct().Order().ShouldBe(_scripts);
    }

    [Fact]
    public void No_script_silences_the_check()
    {
        _scripts.ShouldNotBeEmpty();
        foreach (var script in _scripts) Silencer().Match(File.ReadAllText(Path.Combine(_root, script))).Value.ShouldBeEmpty(script);
    }

    private static async Task<string> Check(string project, params string[] options)
    {
        File.Exists(TypeScript.Compiler).ShouldBeTrue(TypeScript.HowToGetIt);
        var start = new ProcessStartInfo("node",
            [TypeScript.Compiler, "--pretty", "false", "--project", Path.Combine(TypeScript.Folder, project), .. options])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 || output.Length > 0 ? output : $"{TypeScript.Compiler} ended with {process.ExitCode}.";
    }

    private static string Relative(string file) => Path.GetRelativePath(_root, file).Replace('\\', '/');

    [GeneratedRegex(@"@ts-(?:ignore|nocheck|expect-error)|\{[^{}\n]*\bany\b[^{}\n]*\}")]
    private static partial Regex Silencer();

    private static class TypeScript
    {
        public const string HowToGetIt = "Needs Node.js and TypeScript: 'npm ci --prefix tests/Scripts'.";

        public static readonly string Folder = Path.Combine(_root, "tests", "Scripts");
        public static readonly string Compiler = Path.Combine(Folder, "node_modules", "typescript", "bin", "tsc");

        /// <summary>The reason to skip the test, or null. With CI=true the test is never skipped and fails instead.</summary>
        public static string? Skip => File.Exists(Compiler) || Environment.GetEnvironmentVariable("CI") == "true" ? null : HowToGetIt;
    }

    private sealed class TypeScriptFactAttribute : FactAttribute
    {
        public TypeScriptFactAttribute() => Skip = TypeScript.Skip;
    }

    private sealed class TypeScriptTheoryAttribute : TheoryAttribute
    {
        public TypeScriptTheoryAttribute() => Skip = TypeScript.Skip;
    }
}
