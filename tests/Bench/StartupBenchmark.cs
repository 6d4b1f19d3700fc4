using System.Globalization;

namespace MarketChat.Bench;

/// <summary>
/// Measures the time from the start of the process to the first page, and compares it with a Razor Pages app that has only one page.
/// </summary>
public static class StartupBenchmark
{
    private const int Times = 5;

    public static async Task AddAsync(Report report, string published, string work, Options options, long residentAtStart, long residentNow)
    {
        var storage = Path.Combine(work, "start");
        using (await AppFiles.StartAsync(published, storage)) // Creates the database, so that the measured starts do not.
        {
        }

        var (appTimes, bareTimes) = (new List<double>(), new List<double>());
        long residentBare = 0, resident = 0;
        for (var i = 0; i < Times; i++)
        {
            using (var app = await AppFiles.StartAsync(published, storage)) (resident, _) = (app.ResidentBytes, Add(appTimes, app));
            using (var bareServer = await ServerProcess.StartAsync(typeof(Report).Assembly.Location, "/", [BarePages.Argument]))
            {
                (residentBare, _) = (bareServer.ResidentBytes, Add(bareTimes, bareServer));
            }

            Console.Error.Write('.');
        }

        var (appTime, bareTime) = (Measured.Median(appTimes), Measured.Median(bareTimes));
        report.Add(new("11", "cold start to the first page", null,
            string.Create(
                CultureInfo.InvariantCulture, $"{appTime:0} ms, {appTime / bareTime:0.00} × a bare Razor Pages app ({bareTime:0} ms)"),
            "at most 1.8 ×", appTime <= 1.8 * bareTime));
        report.Add(new("11", "resident memory", null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{resident / 1e6:0} MB after the first page (bare {residentBare / 1e6:0} MB), "
                + $"{residentAtStart / 1e6:0} MB over {options.Messages:N0} messages, {residentNow / 1e6:0} MB after all workloads"),
            "", null));
    }

    private static int Add(List<double> times, ServerProcess server)
    {
        times.Add(server.StartedIn.TotalMilliseconds);
        return times.Count;
    }
}
