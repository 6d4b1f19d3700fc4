using System.Diagnostics;
using System.Globalization;

namespace MarketChat.Bench;

/// <summary>Goes on with a mixture of requests for minutes: what leaks shows as memory that grows.</summary>
public static class Soak
{
    private const double MostGrowth = 1.1;

    private static readonly TimeSpan _turn = TimeSpan.FromSeconds(2);

    public static async Task AddAsync(Report report, Options options, params Target[] sides)
    {
        var (resident, errors, started) = (new List<double>(), 0, Stopwatch.GetTimestamp());
        for (var turn = 0; Stopwatch.GetElapsedTime(started).TotalSeconds < options.Soak || resident.Count < 3; turn++)
        {
            var measured = await Load.DriveAsync(sides[turn % sides.Length], _turn);
            resident.Add(measured.Resident / 1e6);
            errors += measured.Errors;
            Console.Error.Write('.');
        }

        // The first third is for caches to fill.
        var third = resident.Count / 3;
        var (middle, end) = (Measured.Median(resident.Skip(third).Take(third)), Measured.Median(resident.TakeLast(third)));
        report.Add(new("11", string.Create(CultureInfo.InvariantCulture, $"a mixture for {options.Soak:N0} s"), null,
            string.Create(CultureInfo.InvariantCulture, $"{middle:0} MB in the middle third, {end:0} MB in the last, {errors} errors"),
            "no growth", end <= MostGrowth * middle && errors == 0));
    }
}
