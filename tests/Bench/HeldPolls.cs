using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MarketChat.Bench;

/// <summary>
/// How long messages took from the sender's acknowledgement until the waiting poll was answered, in milliseconds; below zero is at once.
/// </summary>
public sealed record Delivered(double P50, double P99, int Count, int Lost, double PerSecond, double Cpu)
{
    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"p50 {P50:0.0} ms, p99 {P99:0.0} ms, {Lost} lost");

    public Measured ToMeasured(ServerProcess server) => new(PerSecond, P50, P99, Cpu, double.NaN, Lost, server.ResidentBytes);
}

/// <summary>Many people, each with a room open and a poll held.</summary>
public sealed class HeldPolls : IDisposable
{
    private const int OpenedAtOnce = 100;

    private readonly ServerProcess _server;
    private readonly Dataset _plan;
    private readonly List<HttpConnection> _connections = [];
    private readonly ConcurrentDictionary<int, long> _answered = new();
    private readonly CancellationTokenSource _end = new();
    private List<Task> _waiting = [];

    private HeldPolls(ServerProcess server, Dataset plan) => (_server, _plan) = (server, plan);

    public static async Task<HeldPolls> OpenAsync(ServerProcess server, Dataset plan, BenchUsers people, int count)
    {
        var held = new HeldPolls(server, plan);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(OpenedAtOnce))
        {
            held._waiting.AddRange(
                await Task.WhenAll(numbers.Select(number => held.BeginAsync(number, people.CookieOf(Dataset.FirstWaiting + number)))));
            Console.Error.Write(held._waiting.Count % 1_000 == 0 ? "+" : "");
        }

        return held;
    }

    /// <summary>Sends to one after another of those waiting, at a pace, each to somebody who has been answered before.</summary>
    public async Task<Delivered> DeliverAsync(Sender sender, int perSecond, TimeSpan time)
    {
        var random = new Random(1);
        var order = Enumerable.Range(0, _waiting.Count).OrderBy(_ => random.Next()).ToArray();
        var acknowledged = new ConcurrentDictionary<int, long>();
        var senders = new ConcurrentBag<HttpConnection>();
        _answered.Clear();
        var (cpu, started) = (_server.CpuSeconds, Stopwatch.GetTimestamp());
        var sends = new List<Task>();
        var total = Math.Min((int)(perSecond * time.TotalSeconds), order.Length);
        for (var i = 0; i < total; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / perSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            sends.Add(SendAsync(order[i]));
        }

        await Task.WhenAll(sends);
        await Task.Delay(500);
        cpu = _server.CpuSeconds - cpu;
        var delays = acknowledged.Where(a => _answered.ContainsKey(a.Key))
            .Select(a => Stopwatch.GetElapsedTime(a.Value, _answered[a.Key]).TotalMilliseconds).Order().ToList();
        while (senders.TryTake(out var connection)) connection.Dispose();
        return new Delivered(
            Measured.Percentile(delays, 0.5), Measured.Percentile(delays, 0.99), delays.Count, total - delays.Count,
            total / Stopwatch.GetElapsedTime(started).TotalSeconds, cpu * 1e6 / total);

        async Task SendAsync(int number)
        {
            if (!senders.TryTake(out var connection)) await (connection = new HttpConnection(_server.Port)).ConnectAsync();
            await connection.AskAsync(HttpConnection.Post($"/chat/{_plan.RoomOfWaiting(number)}/send", sender.Cookie, sender.Token,
                $"payload=ok&clientId={Guid.NewGuid()}"));
            if (connection.Status == 201) acknowledged[number] = Stopwatch.GetTimestamp();
            senders.Add(connection);
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _connections.ForEach(connection => connection.Dispose());
        _end.Dispose();
    }

    // Asks once without waiting, to hear the version, and then waits for it.
    private async Task<Task> BeginAsync(int number, string cookie)
    {
        var connection = new HttpConnection(_server.Port);
        lock (_connections) _connections.Add(connection);
        await connection.ConnectAsync();
        var url = $"/chat/{_plan.RoomOfWaiting(number)}?handler=Messages";
        await connection.AskAsync(HttpConnection.Get($"{url}&after=6", cookie));
        return WaitAsync(number, connection, cookie, url);
    }

    private async Task WaitAsync(int number, HttpConnection connection, string cookie, string url)
    {
        try
        {
            var (rev, version) = (Number(connection, "\"rev\":"), Number(connection, "\"version\":"));
            while (!_end.IsCancellationRequested)
            {
                await connection.AskAsync(HttpConnection.Get($"{url}&after={rev}&version={version}&wait=25", cookie));
                if (connection.Status != 200) continue;
                _answered[number] = Stopwatch.GetTimestamp();
                (rev, version) = (Number(connection, "\"rev\":"), Number(connection, "\"version\":"));
            }
        }
        catch (Exception) when (_end.IsCancellationRequested)
        {
            // Closed.
        }
    }

    private static long Number(HttpConnection connection, string name)
    {
        var text = Encoding.UTF8.GetString(connection.Body);
        var from = text.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return long.Parse(text[from..text.IndexOfAny([',', '}'], from)], CultureInfo.InvariantCulture);
    }
}
