using System.Diagnostics;

namespace MarketChat.Bench;

/// <summary>What driving a server for a while showed. Latencies in milliseconds, CPU in microseconds of the server's.</summary>
public sealed record Measured(double PerSecond, double P50, double P99, double CpuPerRequest, double Bytes, int Errors, long Resident)
{
    /// <summary>The median of each figure over several rounds; all the errors.</summary>
    public static Measured MedianOf(IReadOnlyList<Measured> rounds) => new(
        Median(rounds.Select(r => r.PerSecond)), Median(rounds.Select(r => r.P50)), Median(rounds.Select(r => r.P99)),
        Median(rounds.Select(r => r.CpuPerRequest)), Median(rounds.Select(r => r.Bytes)), rounds.Sum(r => r.Errors), rounds[^1].Resident);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[sorted.Count / 2];
    }

    /// <summary>The value below which <paramref name="share"/> of all lie.</summary>
    public static double Percentile(List<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}

/// <summary>One side of a comparison: a server, and what each connection asks of it again and again.</summary>
/// <param name="Requests">The requests of a connection in turn, by its number: made one at a time, so that each may be new.</param>
public sealed record Target(string Name, ServerProcess Server, int Connections, Func<int, Func<byte[]>> Requests, int Expected = 200)
{
    /// <summary>The same bytes on every connection.</summary>
    public static Target Same(string name, ServerProcess server, int connections, byte[] request, int expected = 200) =>
        new(name, server, connections, _ => () => request, expected);
}

public static class Load
{
    // A stretch of the warm-up is driven until a request costs no less than in the stretch before, which is when the runtime has
    // compiled the hot paths for good.
    private static readonly TimeSpan _stretch = TimeSpan.FromSeconds(3);
    private const int FewestStretches = 2, MostStretches = 12;
    private const double NoLess = 0.97;

    /// <summary>Drives the sides in turn, A B A B, after a warm-up, and gives each side's medians.</summary>
    public static async Task<Measured[]> InTurnAsync(Options options, params Target[] sides)
    {
        foreach (var side in sides) await WarmUpAsync(side);
        var rounds = sides.Select(_ => new List<Measured>()).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (index, side) in sides.Index())
            {
                rounds[index].Add(await DriveAsync(side, TimeSpan.FromSeconds(options.Seconds)));
                Console.Error.Write('.');
            }
        }

        return [.. rounds.Select(Measured.MedianOf)];
    }

    private static async Task WarmUpAsync(Target side)
    {
        var before = double.MaxValue;
        for (var stretch = 1; stretch <= MostStretches; stretch++)
        {
            var cost = (await DriveAsync(side, _stretch)).CpuPerRequest;
            if (stretch >= FewestStretches && cost > NoLess * before) return;
            before = cost;
        }
    }

    public static async Task<Measured> DriveAsync(Target side, TimeSpan time)
    {
        var connections = Enumerable.Range(0, side.Connections).Select(_ => new HttpConnection(side.Server.Port)).ToList();
        foreach (var connection in connections) await connection.ConnectAsync();
        var cpu = side.Server.CpuSeconds;
        var started = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(connections.Select(
            (connection, number) => Task.Run(() => AskOnAsync(connection, side.Requests(number), side.Expected, started, time))));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = side.Server.CpuSeconds - cpu;
        connections.ForEach(connection => connection.Dispose());

        var latencies = tallies.SelectMany(t => t.Latencies).Order().ToList();
        return new Measured(
            latencies.Count / elapsed, Measured.Percentile(latencies, 0.5), Measured.Percentile(latencies, 0.99),
            cpu * 1e6 / latencies.Count,
            tallies.Sum(t => t.Bytes) / (double)latencies.Count, tallies.Sum(t => t.Errors), side.Server.ResidentBytes);
    }

    private static async Task<Tally> AskOnAsync(HttpConnection connection, Func<byte[]> next, int expected, long started, TimeSpan time)
    {
        var tally = new Tally();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var request = next();
            var asked = Stopwatch.GetTimestamp();
            await connection.AskAsync(request);
            tally.Latencies.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            tally.Bytes += connection.Size;
            if (connection.Status != expected) tally.Errors++;
        }

        return tally;
    }

    private sealed class Tally
    {
        public List<double> Latencies { get; } = new(4_096);
        public long Bytes { get; set; }
        public int Errors { get; set; }
    }
}
