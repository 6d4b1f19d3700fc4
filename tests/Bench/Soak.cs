using System.Diagnostics;
using System.Globalization;

namespace MarketChat.Bench;

/// <summary>Runs a mixed load for minutes. A leak shows as growing memory.</summary>
public static class Soak
{
    private const double MaxGrowth = 1.1;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    public static async Task AddAsync(Report report, Options options, params Target[] targets)
    {
        var (resident, errors, started) = (new List<double>(), 0, Stopwatch.GetTimestamp());
        for (var round = 0; Stopwatch.GetElapsedTime(started).TotalSeconds < options.Soak || resident.Count < 3; round++)
        {
            var measured = await Load.DriveAsync(targets[round % targets.Length], _interval);
            resident.Add(measured.Resident / 1e6);
            errors += measured.Errors;
            Console.Error.Write('.');
        }

        // Ignores the first third, in which the caches fill.
        var third = resident.Count / 3;
        var (middle, end) = (Measured.Median(resident.Skip(third).Take(third)), Measured.Median(resident.TakeLast(third)));
        report.Add(new("11", string.Create(CultureInfo.InvariantCulture, $"a mixed load for {options.Soak:N0} s"), null,
            string.Create(CultureInfo.InvariantCulture, $"{middle:0} MB in the middle third, {end:0} MB in the last, {errors} errors"),
            "no growth", end <= MaxGrowth * middle && errors == 0));
    }
}
