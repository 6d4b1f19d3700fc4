using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace MarketChat.Tests.Support;

/// <summary>The app as a process of its own with the demo people, on a port that stays the same when it is killed and started again.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private readonly string _storage = Directory.CreateTempSubdirectory("market-process-").FullName;
    private readonly HttpClient _http = new();
    private Process? _process;

    public const string DemoPassword = "market-chat-demo";

    public string Url { get; } = $"http://127.0.0.1:{FreePort()}";

    public string DatabaseFile => Path.Combine(_storage, "market.db");

    public async Task Start()
    {
        var metadata = typeof(AppProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!);
        var start = new ProcessStartInfo("dotnet", [metadata["AppAssembly"], "--urls", Url])
        {
            WorkingDirectory = metadata["AppRoot"],
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Storage__Root"] = _storage,
                ["Demo__Enabled"] = "true",
                ["RateLimits__Enabled"] = "false",
            },
        };
        _process = Process.Start(start)!;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.Is(IsUp, "the app answers");
    }

    /// <summary>As a power cut would: no goodbye.</summary>
    public async Task Kill()
    {
        if (_process is not { HasExited: false } process) return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _process?.Dispose();
        _http.Dispose();
        Directory.Delete(_storage, recursive: true);
    }

    private async Task<bool> IsUp()
    {
        if (_process is { HasExited: true }) throw new InvalidOperationException($"The app ended with {_process.ExitCode}.");
        try
        {
            return (await _http.GetAsync($"{Url}/healthz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
