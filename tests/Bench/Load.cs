using System.Diagnostics;

namespace MarketChat.Bench;

/// <summary>The results of driving a server for a while. Latencies are in milliseconds, CPU is in microseconds of the server.</summary>
public sealed record Measured(double PerSecond, double P50, double P99, double CpuPerRequest, double Bytes, int Errors, long Resident)
{
    /// <summary>Returns the median of each figure over several rounds, and the sum of the errors.</summary>
    public static Measured MedianOf(IReadOnlyList<Measured> rounds) => new(
        Median(rounds.Select(r => r.PerSecond)), Median(rounds.Select(r => r.P50)), Median(rounds.Select(r => r.P99)),
        Median(rounds.Select(r => r.CpuPerRequest)), Median(rounds.Select(r => r.Bytes)), rounds.Sum(r => r.Errors), rounds[^1].Resident);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[sorted.Count / 2];
    }

    /// <summary>Returns the value below which <paramref name="share"/> of all values lie.</summary>
    public static double Percentile(List<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
}

/// <summary>A target of a comparison: a server, and the requests that each connection repeats.</summary>
/// <param name="Requests">
/// Returns the request factory of a connection, by its number. Each request is created when it is sent, so that it can differ.
/// </param>
public sealed record Target(string Name, ServerProcess Server, int Connections, Func<int, Func<byte[]>> Requests, int Expected = 200)
{
    /// <summary>Creates a target with the same request on every connection.</summary>
    public static Target Same(string name, ServerProcess server, int connections, byte[] request, int expected = 200) =>
        new(name, server, connections, _ => () => request, expected);
}

public static class Load
{
    // The warm-up runs in intervals until a request costs no less than in the interval before, which is when the runtime has fully compiled
    // the hot paths.
    private static readonly TimeSpan _warmUpInterval = TimeSpan.FromSeconds(3);
    private const int MinIntervals = 2, MaxIntervals = 12;
    private const double StableRatio = 0.97;

    /// <summary>Drives the targets alternately, A B A B, after a warm-up, and returns each target's medians.</summary>
    public static async Task<Measured[]> InTurnAsync(Options options, params Target[] targets)
    {
        foreach (var target in targets) await WarmUpAsync(target);
        var rounds = targets.Select(_ => new List<Measured>()).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (index, target) in targets.Index())
            {
                rounds[index].Add(await DriveAsync(target, TimeSpan.FromSeconds(options.Seconds)));
                Console.Error.Write('.');
            }
        }

        return [.. rounds.Select(Measured.MedianOf)];
    }

    private static async Task WarmUpAsync(Target target)
    {
        var previousCost = double.MaxValue;
        for (var interval = 1; interval <= MaxIntervals; interval++)
        {
            var cost = (await DriveAsync(target, _warmUpInterval)).CpuPerRequest;
            if (interval >= MinIntervals && cost > StableRatio * previousCost) return;
            previousCost = cost;
        }
    }

    public static async Task<Measured> DriveAsync(Target target, TimeSpan time)
    {
        var connections = Enumerable.Range(0, target.Connections).Select(_ => new HttpConnection(target.Server.Port)).ToList();
        foreach (var connection in connections) await connection.ConnectAsync();
        var cpu = target.Server.CpuSeconds;
        var started = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(connections.Select(
            (connection, number) => Task.Run(() => RepeatAsync(connection, target.Requests(number), target.Expected, started, time))));
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = target.Server.CpuSeconds - cpu;
        connections.ForEach(connection => connection.Dispose());

        var latencies = tallies.SelectMany(t => t.Latencies).Order().ToList();
        return new Measured(
            latencies.Count / elapsed, Measured.Percentile(latencies, 0.5), Measured.Percentile(latencies, 0.99),
            cpu * 1e6 / latencies.Count,
            tallies.Sum(t => t.Bytes) / (double)latencies.Count, tallies.Sum(t => t.Errors), target.Server.ResidentBytes);
    }

    private static async Task<Tally> RepeatAsync(
        HttpConnection connection, Func<byte[]> createRequest, int expected, long started, TimeSpan time)
    {
        var tally = new Tally();
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            var request = createRequest();
            var sentAt = Stopwatch.GetTimestamp();
            await connection.AskAsync(request);
            tally.Latencies.Add(Stopwatch.GetElapsedTime(sentAt).TotalMilliseconds);
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
