using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;

namespace MarketChat.Tests.Support;

/// <summary>The published app in a separate process with the demo data, on a port that stays the same across restarts.</summary>
public sealed class AppUnderTestProcess : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private Process? _process;

    public const string DemoPassword = "market-chat-demo";

    public string Url { get; } = $"http://127.0.0.1:{FreePort()}";

    public string Storage { get; init; } = Directory.CreateTempSubdirectory("market-process-").FullName;

    /// <summary>Whether the app has to create its database and the demo data; otherwise the test copies them.</summary>
    public bool StartsWithoutData { get; init; }

    public string EnvironmentName { get; init; } = "Development";

    public string DatabaseFile => Path.Combine(Storage, "market.db");

    public int Id => _process!.Id;

    public bool HasExited => _process!.HasExited;

    /// <summary>Starts the app and waits until it is ready.</summary>
    public async Task Start(params string[] shell)
    {
        await Launch(shell);
        await WaitUntilUp();
    }

    public Task WaitUntilUp() => Wait.Until(IsUp, "the app answers", every: TimeSpan.FromMilliseconds(50));

    /// <summary>Starts the app without waiting. <paramref name="shell"/> is an optional command line that wraps the app's.</summary>
    public async Task Launch(params string[] shell)
    {
        if (!StartsWithoutData) DemoStorage.CopyTo(Storage);
        _process?.Dispose();
        _process = await Begin(shell, ["--urls", Url]);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Kills the process without a graceful shutdown, as a power cut would.</summary>
    public async Task Kill()
    {
        if (_process is not { HasExited: false } process) return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Stops the process with SIGTERM, as a system shutdown does. Returns the exit code.</summary>
    public async Task<int> Stop()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        await kill.WaitForExitAsync();
        await _process!.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Runs an operator command, such as "check", on the same storage. Returns its exit code and its output.</summary>
    public Task<(int ExitCode, string Output)> Run(params string[] command) => RunIn([], command);

    /// <summary>Runs an operator command by a command line that wraps the app's.</summary>
    public async Task<(int ExitCode, string Output)> RunIn(string[] shell, params string[] command)
    {
        using var process = await Begin(shell, command);
        var output = new StringBuilder();
        foreach (var line in await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()))
        {
            output.Append(line);
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToString());
    }

    /// <summary>A browser signed in as one of the demo users.</summary>
    public async Task<TestBrowser> SignedIn(string name)
    {
        var browser = new TestBrowser(RemoteServer.Host, new Uri(Url), "ko", new CookieContainer()) { Name = name };
        await browser.SignIn(name, DemoPassword);
        return browser;
    }

    /// <summary>Reads the database directly, bypassing the app.</summary>
    public List<string> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabaseFile};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _process?.Dispose();
        _http.Dispose();
        if (Directory.Exists(Storage)) Directory.Delete(Storage, recursive: true);
    }

    private async Task<Process> Begin(string[] shell, string[] arguments)
    {
        await PublishedApp.Ready;
        string[] line = [.. shell, "dotnet", PublishedApp.Assembly, .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = PublishedApp.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = EnvironmentName,
                ["Storage__Root"] = Storage,
                ["Demo__Enabled"] = "true",
                ["RateLimits__Enabled"] = "false",
                ["DOTNET_TieredPGO"] = "0", // Pays off only in processes that run longer than a test.
            },
        })!;
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
