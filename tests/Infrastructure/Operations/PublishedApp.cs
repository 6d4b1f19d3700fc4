using System.Diagnostics;
using System.Reflection;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>
/// The app as <c>dotnet publish -c Release</c> makes it, in a temporary folder. Everything that the build writes goes there too, so that
/// the tests' own build stays as it is.
/// </summary>
public sealed class PublishedApp : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("market-publish-").FullName;

    public static string Sources { get; } = typeof(PublishedApp).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "AppRoot").Value!;

    public string Folder => Path.Combine(_root, "app");

    public string Assembly => Path.Combine(Folder, "MarketChat.dll");

    public async Task InitializeAsync()
    {
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(Sources, "MarketChat.csproj"), "-c", "Release", "-o", Folder,
            "--artifacts-path", Path.Combine(_root, "artifacts"),
            "-p:PublishReadyToRun=false", "-p:RunAnalyzers=false", // Neither changes what the app does, and both take long.
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

    public Task DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }
}
