using System.Diagnostics;
using System.Reflection;

namespace MarketChat.Tests.Support;

/// <summary>
/// The app as <c>dotnet publish -c Release</c> builds it, once per test run: the form that operators run and the fastest to start. The
/// build output has its own folder beside the tests, so that it does not mix with their build and the next run reuses most of it.
/// </summary>
public static class PublishedApp
{
    private static readonly string _root = Path.Combine(AppContext.BaseDirectory, "published");
    private static readonly Lazy<Task> _published = new(Publish);

    public static string Sources { get; } = typeof(PublishedApp).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AppRoot").Value!;

    public static string Folder => Path.Combine(_root, "app");

    public static string Assembly => Path.Combine(Folder, "MarketChat.dll");

    /// <summary>Completes when the app is published.</summary>
    public static Task Ready => _published.Value;

    private static async Task Publish()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Sources, "MarketChat.csproj"), "-c", "Release", "-o", Folder,
            "--artifacts-path", Path.Combine(_root, "artifacts"),
            "-p:RunAnalyzers=false", // Does not change the app, and takes long.
            "-p:NuGetAudit=false", // Queries the feed, and the packages are local.
            "-nodeReuse:false", "-nologo", "-v:quiet",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(publish.StandardOutput.ReadToEndAsync(), publish.StandardError.ReadToEndAsync());
        await publish.WaitForExitAsync();
        publish.ExitCode.ShouldBe(0, string.Concat(said));
    }
}
