using System.Diagnostics;
using System.Reflection;

namespace MarketChat.Bench;

/// <summary>Publishes the app, and starts it as it is deployed, in Production.</summary>
internal static class AppFiles
{
    private static readonly string _project = typeof(AppFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "AppProject").Value!;

    public static async Task<string> PublishAsync(string folder)
    {
        using var publish = Process.Start(new ProcessStartInfo("dotnet",
            ["publish", _project, "-c", "Release", "-o", folder, "-nologo", "-v", "q"]) { RedirectStandardOutput = true })!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(folder, "MarketChat.dll") : throw new InvalidOperationException(output);
    }

    public static Task<ServerProcess> StartAsync(string dll, string storage, params (string Key, string Value)[] more) =>
        ServerProcess.StartAsync(
        dll, "/", [], [("ASPNETCORE_ENVIRONMENT", "Production"), ("Storage__Root", storage), ("RateLimits__Enabled", "false"), .. more]);
}
