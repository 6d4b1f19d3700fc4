using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MarketChat.Bench;

/// <summary>A server in its own process on loopback, and its resource usage.</summary>
public sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port, TimeSpan startedIn)
    {
        _process = process;
        (Port, StartedIn) = (port, startedIn);
    }

    public int Port { get; }

    /// <summary>The time from the start of the process to its first response.</summary>
    public TimeSpan StartedIn { get; }

    public double CpuSeconds => Refreshed().TotalProcessorTime.TotalSeconds;

    public long ResidentBytes => Refreshed().WorkingSet64;

    /// <param name="readyUrl">The URL that responds once the server is up.</param>
    public static async Task<ServerProcess> StartAsync(string dll, string readyUrl, string[] args,
        params (string Key, string Value)[] environment)
    {
        var port = FreePort();
        var info = new ProcessStartInfo("dotnet", [dll, .. args, "--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = Path.GetDirectoryName(dll)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment) info.Environment[key] = value;
        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        var errors = new List<string>();
        process.ErrorDataReceived += (_, line) => errors.Add(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var request = HttpConnection.Get(readyUrl);
        while (true)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"{Path.GetFileName(dll)} ended with {process.ExitCode}: {string.Join('\n', errors)}");
            }

            try
            {
                using var connection = new HttpConnection(port);
                await connection.ConnectAsync();
                await connection.AskAsync(request);
                return new ServerProcess(process, port, Stopwatch.GetElapsedTime(started));
            }
            catch (SocketException)
            {
                await Task.Delay(5);
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
