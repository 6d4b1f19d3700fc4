using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MarketChat.Bench;

/// <summary>
/// The delays from the sender's acknowledgement to the response of the held poll, in milliseconds; negative if the poll's response came
/// first.
/// </summary>
public sealed record Delivered(double P50, double P99, int Count, int Lost, double PerSecond, double Cpu)
{
    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"p50 {P50:0.0} ms, p99 {P99:0.0} ms, {Lost} lost");

    public Measured ToMeasured(ServerProcess server) => new(PerSecond, P50, P99, Cpu, double.NaN, Lost, server.ResidentBytes);
}

/// <summary>Many users, each with an open room and a held poll.</summary>
public sealed class HeldPolls : IDisposable
{
    private const int ConcurrentOpens = 100;

    private readonly ServerProcess _server;
    private readonly Dataset _dataset;
    private readonly List<HttpConnection> _connections = [];
    private readonly ConcurrentDictionary<int, long> _answeredAt = new();
    private readonly CancellationTokenSource _stop = new();
    private List<Task> _waiting = [];

    private HeldPolls(ServerProcess server, Dataset dataset) => (_server, _dataset) = (server, dataset);

    public static async Task<HeldPolls> OpenAsync(ServerProcess server, Dataset dataset, BenchUsers users, int count)
    {
        var held = new HeldPolls(server, dataset);
        foreach (var numbers in Enumerable.Range(0, count).Chunk(ConcurrentOpens))
        {
            held._waiting.AddRange(
                await Task.WhenAll(numbers.Select(number => held.StartPollAsync(number, users.CookieOf(Dataset.FirstWaiting + number)))));
            Console.Error.Write(held._waiting.Count % 1_000 == 0 ? "+" : "");
        }

        return held;
    }

    /// <summary>Sends one message each to held polls in random order, at a constant rate, and measures the delays.</summary>
    public async Task<Delivered> DeliverAsync(Sender sender, int perSecond, TimeSpan time)
    {
        var random = new Random(1);
        var order = Enumerable.Range(0, _waiting.Count).OrderBy(_ => random.Next()).ToArray();
        var acknowledgedAt = new ConcurrentDictionary<int, long>();
        var senders = new ConcurrentBag<HttpConnection>();
        _answeredAt.Clear();
        var (cpu, started) = (_server.CpuSeconds, Stopwatch.GetTimestamp());
        var sends = new List<Task>();
        var total = Math.Min((int)(perSecond * time.TotalSeconds), order.Length);
        for (var i = 0; i < total; i++)
        {
            var delay = TimeSpan.FromSeconds((double)i / perSecond) - Stopwatch.GetElapsedTime(started);
            if (delay > TimeSpan.Zero) await Task.Delay(delay);
            sends.Add(SendAsync(order[i]));
        }

        await Task.WhenAll(sends);
        await Task.Delay(500);
        cpu = _server.CpuSeconds - cpu;
        var delays = acknowledgedAt.Where(a => _answeredAt.ContainsKey(a.Key))
            .Select(a => Stopwatch.GetElapsedTime(a.Value, _answeredAt[a.Key]).TotalMilliseconds).Order().ToList();
        while (senders.TryTake(out var connection)) connection.Dispose();
        return new Delivered(
            Measured.Percentile(delays, 0.5), Measured.Percentile(delays, 0.99), delays.Count, total - delays.Count,
            total / Stopwatch.GetElapsedTime(started).TotalSeconds, cpu * 1e6 / total);

        async Task SendAsync(int number)
        {
            if (!senders.TryTake(out var connection)) await (connection = new HttpConnection(_server.Port)).ConnectAsync();
            await connection.AskAsync(HttpConnection.Post($"/chat/{_dataset.RoomOfWaiting(number)}/send", sender.Cookie, sender.Token,
                $"payload=ok&clientId={Guid.NewGuid()}"));
            if (connection.Status == 201) acknowledgedAt[number] = Stopwatch.GetTimestamp();
            senders.Add(connection);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _connections.ForEach(connection => connection.Dispose());
        _stop.Dispose();
    }

    // Polls once without waiting, to get the version, and then polls with a wait.
    private async Task<Task> StartPollAsync(int number, string cookie)
    {
        var connection = new HttpConnection(_server.Port);
        lock (_connections) _connections.Add(connection);
        await connection.ConnectAsync();
        var url = $"/chat/{_dataset.RoomOfWaiting(number)}?handler=Messages";
        await connection.AskAsync(HttpConnection.Get($"{url}&after=6", cookie));
        return WaitAsync(number, connection, cookie, url);
    }

    private async Task WaitAsync(int number, HttpConnection connection, string cookie, string url)
    {
        try
        {
            var (rev, version) = (Number(connection, "\"rev\":"), Number(connection, "\"version\":"));
            while (!_stop.IsCancellationRequested)
            {
                await connection.AskAsync(HttpConnection.Get($"{url}&after={rev}&version={version}&wait=25", cookie));
                if (connection.Status != 200) continue;
                _answeredAt[number] = Stopwatch.GetTimestamp();
                (rev, version) = (Number(connection, "\"rev\":"), Number(connection, "\"version\":"));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The benchmark has closed the connection.
        }
    }

    private static long Number(HttpConnection connection, string name)
    {
        var text = Encoding.UTF8.GetString(connection.Body);
        var from = text.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return long.Parse(text[from..text.IndexOfAny([',', '}'], from)], CultureInfo.InvariantCulture);
    }
}
