using System.Data.Common;
using System.Net;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Storage;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Operations;

public static partial class OperationsSetup
{
    public const int Success = 0, Failure = 1;

    private const string DemoSetting = "Demo:Enabled";

    // Pending polls are completed when the app stops, so only short requests are left.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddMarketOperations(this IServiceCollection services)
    {
        services.AddScoped<ConsistencyChecker>();
        services.AddScoped<BackupWriter>();
        services.AddScoped<BackupRestorer>();
        services.AddScoped(provider => new StorageReplacement(
            provider.GetRequiredService<StoragePaths>(), provider.GetRequiredService<MarketDb>().FilePath()));
        services.AddScoped<DemoDataSeeder>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        return services;
    }

    /// <summary>
    /// Maps the health checks. <c>/livez</c> (liveness): the process responds. <c>/healthz</c> (readiness): messages and photos can be
    /// stored; until then, send no requests to this instance.
    /// </summary>
    public static void MapMarketHealth(this WebApplication app)
    {
        app.MapHealthChecks("/livez", new() { Predicate = _ => false }).AsProbe();
        app.MapHealthChecks("/healthz").AsProbe();
    }

    /// <summary>
    /// Reads the command line. Must come first in Program: from here on, a failure ends the process with one line on standard error.
    /// </summary>
    /// <returns>The operator's command; null if the app is to serve.</returns>
    /// <exception cref="OperatorException">An argument is neither a command nor a setting.</exception>
    public static OperatorCommand? ReadCommand(string[] args)
    {
        StartupFailure.ReportInOneLine();
        CultureData.ThrowIfMissing();
        return OperatorCommand.Parse(args);
    }

    /// <summary>Prepares the storage for serving, or executes the operator's command instead.</summary>
    /// <returns>The exit code of the process if a command was executed; null if the app is to serve.</returns>
    /// <exception cref="OperatorException">The operator has to change something first.</exception>
    public static async Task<int?> PrepareAsync(this WebApplication app, OperatorCommand? command)
    {
        if (command is { Name: OperatorCommand.Help })
        {
            Console.WriteLine(OperatorCommand.Usage);
            return Success;
        }

        app.ValidateSettings();
        var database = app.GetDatabaseFile();
        using var progress = app.Services.GetRequiredService<OperatorProgress>().Start();
        try
        {
            if (command is not null) return await ExecuteAsync(command, app);
            app.PrepareStorage(database);
            app.Services.GetRequiredService<TemporaryFolder>().Prepare();
            app.Services.GetRequiredService<OperatorProgress>().Report("Copying and upgrading the database");
            await app.PrepareDatabaseAsync();
            await app.Services.GetRequiredService<ChangeNotifier>().StartAsync(app.Lifetime.ApplicationStopping);
            if (app.Configuration.GetValue(DemoSetting, app.Environment.IsDevelopment())) await SeedDemoDataAsync(app);
            return null;
        }
        catch (Exception exception) when (exception.GetBaseException() is DbException cause)
        {
            throw new OperatorException($"The database {database ?? "of ConnectionStrings:Market"} failed: {cause.Message}", exception);
        }
    }

    // Before anything is changed. The host validates the options again when it starts.
    private static void ValidateSettings(this WebApplication app)
    {
        app.Services.GetService<IStartupValidator>()?.Validate();
        _ = app.Configuration.GetValue<bool?>(DemoSetting);
        var urls = app.Configuration[WebHostDefaults.ServerUrlsKey] ?? "";
        foreach (var url in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) ThrowIfInvalid(url);
        if (!CultureData.HasTimeZones) LogMissingTimeZones(app.Logger);
    }

    private static void ThrowIfInvalid(string url)
    {
        try
        {
            // An address that the framework cannot parse as a host and port listens on every network interface.
            var address = BindingAddress.Parse(url);
            var hasPort = address.Port is >= 0 and <= IPEndPoint.MaxPort;
            if (hasPort && (address.IsUnixPipe || !address.Host.Contains(':') || IPAddress.TryParse(address.Host, out _))) return;
        }
        catch (FormatException)
        {
            // Refused below.
        }

        throw new OperatorException($"{WebHostDefaults.ServerUrlsKey}: \"{url}\" is not an address such as http://localhost:5000.");
    }

    private static void AsProbe(this IEndpointConventionBuilder endpoint) => endpoint.AllowAnonymous().DisableRateLimiting()
        .WithMetadata(new ProbeMetadata(), new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));

    /// <returns>The path of the database; null if it is not a file.</returns>
    private static string? GetDatabaseFile(this WebApplication app)
    {
        try
        {
            using var scope = app.Services.CreateScope();
            var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
            return db.Engine.IsShared ? null : db.FilePath();
        }
        catch (ArgumentException exception)
        {
            throw new OperatorException($"ConnectionStrings:Market is invalid: {exception.Message}", exception);
        }
    }

    private static void PrepareStorage(this WebApplication app, string? database)
    {
        var paths = app.Services.GetRequiredService<StoragePaths>();
        if (database is null)
        {
            StoragePaths.ThrowIfNotWritable(paths.Root);
            return;
        }

        var replacement = new StorageReplacement(paths, database);
        string[] folders = [paths.Root, replacement.Database.Folder, replacement.Photos.Folder, replacement.Keys.Folder];
        foreach (var folder in folders) StoragePaths.ThrowIfNotWritable(folder);
        app.Services.GetRequiredService<StorageLock>().AcquireOrThrow(database);
        if (replacement.RollBack()) LogRolledBack(app.Logger);
        if (!HasDatabase(database) && replacement.FormerDatabases.Max() is { } former)
        {
            throw new OperatorException($"There is no database {database}, but {former} has the data of a former one. "
                + "Move that data back, or restore a backup.");
        }
    }

    private static bool HasDatabase(string file) => new FileInfo(file) is { Exists: true, Length: > 0 };

    private static async Task SeedDemoDataAsync(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DemoDataSeeder>().SeedAsync(app.Lifetime.ApplicationStopping);
    }

    private static async Task<int> ExecuteAsync(OperatorCommand command, WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var stopping = app.Lifetime.ApplicationStopping;
        if (services.GetRequiredService<IDatabaseEngine>().IsShared)
        {
            if (command.Name == OperatorCommand.Check) return await CheckAsync(services.GetRequiredService<ConsistencyChecker>(), stopping);
            throw new OperatorException($"{command.Name} is for a database in a file. Use the tools of the database server instead.");
        }

        try
        {
            switch (command.Name)
            {
                case OperatorCommand.Restore:
                    Console.WriteLine(await services.GetRequiredService<BackupRestorer>().RestoreAsync(command.Operand, stopping));
                    return Success;
                case OperatorCommand.Backup:
                    ThrowIfNoDatabase(services);
                    Console.WriteLine(await services.GetRequiredService<BackupWriter>().WriteAsync(command.Operand, stopping));
                    return Success;
                default:
                    ThrowIfNoDatabase(services);
                    return await CheckAsync(services.GetRequiredService<ConsistencyChecker>(), stopping);
            }
        }
        finally
        {
            GiveFilesToOwner(services);
        }
    }

    private static void ThrowIfNoDatabase(IServiceProvider services)
    {
        var database = services.GetRequiredService<MarketDb>().FilePath();
        if (services.GetRequiredService<StorageReplacement>().IsUnfinished)
        {
            throw new OperatorException("A restore is in progress or was interrupted. Start the app to bring the previous data back, "
                + "or repeat the restore.");
        }

        if (!HasDatabase(database)) throw new OperatorException($"There is no database {database}. Is Storage:Root right?");
    }

    // A command is often run as root, and the app under its own account must still be able to use what the command created.
    private static void GiveFilesToOwner(IServiceProvider services)
    {
        var paths = services.GetRequiredService<StoragePaths>();
        var replacement = services.GetRequiredService<StorageReplacement>();
        string[] folders = [replacement.Photos.Folder, replacement.Keys.Folder, paths.PathTo("logs")];
        UnixFiles.GiveToOwnerOf(paths.Root,
        [
            .. folders.Where(Directory.Exists), .. folders[1..].Where(Directory.Exists).SelectMany(Directory.EnumerateFiles),
            .. replacement.Database.Files(), .. Directory.EnumerateFiles(paths.Root, "*.lock"),
        ]);
    }

    private static async Task<int> CheckAsync(ConsistencyChecker checker, CancellationToken cancellationToken)
    {
        var report = await checker.RunAsync(cancellationToken);
        Console.WriteLine(report.Summary);
        foreach (var finding in report.Findings) Console.WriteLine($"- {finding}");
        return report.Findings.Count == 0 ? Success : Failure;
    }

    [LoggerMessage(LogLevel.Warning,
        "This system has no time zone database (package tzdata), so all times are shown in Korean time (+09:00)")]
    private static partial void LogMissingTimeZones(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "A restore was interrupted. It was undone, and the previous data is back")]
    private static partial void LogRolledBack(ILogger logger);
}
