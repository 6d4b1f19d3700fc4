using System.Diagnostics;
using System.Reflection;

namespace MarketChat.Tests.Support;

/// <summary>
/// The app as <c>dotnet publish -c Release</c> makes it, once in a test run: what operators start, and what starts soonest. All that the
/// build writes stands in a folder beside the tests, so that their own build stays as it is and the next run finds most of it done.
/// </summary>
public static class PublishedApp
{
    private static readonly string _root = Path.Combine(AppContext.BaseDirectory, "published");
    private static readonly Lazy<Task> _published = new(Publish);

    public static string Sources { get; } = typeof(PublishedApp).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AppRoot").Value!;

    public static string Folder => Path.Combine(_root, "app");

    public static string Assembly => Path.Combine(Folder, "MarketChat.dll");

    /// <summary>Comes to an end when it is there.</summary>
    public static Task Ready => _published.Value;

    private static async Task Publish()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Sources, "MarketChat.csproj"), "-c", "Release", "-o", Folder,
            "--artifacts-path", Path.Combine(_root, "artifacts"),
            "-p:RunAnalyzers=false", // Changes nothing of what the app does, and takes long.
            "-p:NuGetAudit=false", // Asks the feed, and the packages are here.
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
