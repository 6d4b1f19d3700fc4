using System.Data.Common;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

public static class OperationsSetup
{
    private const int Success = 0, Failure = 1, UsageError = 2;

    // Pending polls are completed when the app stops, so only short requests are left.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddMarketOperations(this IServiceCollection services)
    {
        services.AddScoped<ConsistencyChecker>();
        services.AddScoped<BackupWriter>();
        services.AddScoped<BackupRestorer>();
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

    private static void AsProbe(this IEndpointConventionBuilder endpoint) => endpoint.AllowAnonymous().DisableRateLimiting()
        .WithMetadata(new ProbeMetadata(), new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));

    /// <summary>Prepares the storage for serving, or executes the operator's command instead.</summary>
    /// <returns>
    /// The exit code of the process if a command was executed or the preparation failed, with the reason on standard error; null if the app
    /// is to serve.
    /// </returns>
    public static async Task<int?> PrepareAsync(this WebApplication app, OperatorCommand? command)
    {
        try
        {
            if (command is not null) return await ExecuteAsync(command, app);
            await app.LockStorageAsync();
            app.Services.GetRequiredService<TemporaryFolder>().Prepare();
            await app.PrepareDatabaseAsync();
            await app.Services.GetRequiredService<ChangeNotifier>().StartAsync(app.Lifetime.ApplicationStopping);
            if (app.Configuration.GetValue("Demo:Enabled", app.Environment.IsDevelopment())) await SeedDemoDataAsync(app);
            return null;
        }
        catch (Exception exception) when (
            exception is OperatorException or IOException or UnauthorizedAccessException or DbException or DbUpdateException)
        {
            await Console.Error.WriteLineAsync((exception as OperatorException ?? exception.GetBaseException()).Message);
            return Failure;
        }
    }

    private static async Task LockStorageAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<StorageLock>()
            .AcquireOrThrow(scope.ServiceProvider.GetRequiredService<MarketDb>().FilePath());
    }

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
        switch (command)
        {
            case { Name: "check", Operand: "" }:
                return await CheckAsync(services.GetRequiredService<ConsistencyChecker>(), stopping);
            case { Name: "backup", Operand: not "" }:
                Console.WriteLine(await services.GetRequiredService<BackupWriter>().WriteAsync(command.Operand, stopping));
                return Success;
            case { Name: "restore", Operand: not "" }:
                Console.WriteLine(await services.GetRequiredService<BackupRestorer>().RestoreAsync(command.Operand, stopping));
                return Success;
            default:
                await Console.Error.WriteLineAsync(OperatorCommand.Usage);
                return UsageError;
        }
    }

    private static async Task<int> CheckAsync(ConsistencyChecker checker, CancellationToken cancellationToken)
    {
        var report = await checker.RunAsync(cancellationToken);
        Console.WriteLine(report.Summary);
        foreach (var finding in report.Findings) Console.WriteLine($"- {finding}");
        return report.Findings.Count == 0 ? Success : Failure;
    }
}
