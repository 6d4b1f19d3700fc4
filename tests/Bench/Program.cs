using System.Diagnostics;
using System.Globalization;
using MarketChat.Bench;

if (args is [BareServer.Argument, var bareStorage, ..])
{
    await BareServer.RunAsync(bareStorage, args[2..]);
    return 0;
}

if (args is [BarePages.Argument, ..])
{
    await BarePages.RunAsync(args[1..]);
    return 0;
}

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

var work = Directory.CreateTempSubdirectory("market-bench-").FullName;
try
{
    var (large, few) = (Path.Combine(work, "large"), Path.Combine(work, "small"));
    var published = await Step("publish", () => AppFiles.PublishAsync(Path.Combine(work, "app")));
    var dataset = await Step("load", () => Dataset.LoadAsync(published, large, options));
    await Step("load small", async () =>
    {
        await Dataset.LoadSmallAsync(published, few);
        foreach (var key in Directory.GetFiles(Path.Combine(few, "keys"))) File.Delete(key);
        foreach (var key in Directory.GetFiles(Path.Combine(large, "keys")))
        {
            File.Copy(key, Path.Combine(few, "keys", Path.GetFileName(key)));
        }

        return true;
    });

    var report = new Report();
    using var app = await AppFiles.StartAsync(published, large);
    using var small = await AppFiles.StartAsync(published, few);
    using var bare = await ServerProcess.StartAsync(typeof(Report).Assembly.Location, "/", [BareServer.Argument, large]);
    var started = app.ResidentBytes;
    await new Workloads(options, report, app, small, bare, dataset, new BenchUsers(large)).RunAsync();
    if (options.Wants("11")) await StartupBenchmark.AddAsync(report, published, work, options, started, app.ResidentBytes);
    if (options.Wants("12")) await FirstVisit.AddAsync(report, published, work);

    var command = $"dotnet run -c Release --project tests/Bench{(args.Length > 0 ? $" -- {string.Join(' ', args)}" : "")}";
    await report.WriteAsync(options.Out, command);
    Console.WriteLine(report.ToMarkdown(command));
    return 0;
}
finally
{
    Directory.Delete(work, recursive: true);
}

static async Task<T> Step<T>(string name, Func<Task<T>> work)
{
    var started = Stopwatch.GetTimestamp();
    Console.Error.Write($"{name} ...");
    var result = await work();
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $" {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
    return result;
}
