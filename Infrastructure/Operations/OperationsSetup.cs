using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

public static class OperationsSetup
{
    private const int Success = 0, Failure = 1, UsageError = 2;

    // Held polls end by themselves when the app stops; what is left is a request or two being answered.
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

    /// <summary><c>/livez</c>: the process answers. <c>/healthz</c>: it can do its work; until it can, send it no one.</summary>
    public static void MapMarketHealth(this WebApplication app)
    {
        app.MapHealthChecks("/livez", new() { Predicate = _ => false });
        app.MapHealthChecks("/healthz");
    }

    /// <summary>
    /// Makes the storage ready to serve from, or does the operator's command instead.
    /// </summary>
    /// <returns>
    /// The exit code when there is nothing to serve: a command was done, or something failed and the reason was told. Otherwise null.
    /// </returns>
    public static async Task<int?> PrepareAsync(this WebApplication app, OperatorCommand? command)
    {
        try
        {
            if (command is not null) return await ExecuteAsync(command, app);
            app.Services.GetRequiredService<StorageLock>().AcquireOrThrow();
            await app.PrepareDatabaseAsync();
            if (app.Configuration.GetValue("Demo:Enabled", app.Environment.IsDevelopment())) await FillWithDemoDataAsync(app);
            return null;
        }
        catch (Exception exception) when (
            exception is OperatorException or IOException or UnauthorizedAccessException or SqliteException or DbUpdateException)
        {
            await Console.Error.WriteLineAsync((exception as OperatorException ?? exception.GetBaseException()).Message);
            return Failure;
        }
    }

    private static async Task FillWithDemoDataAsync(WebApplication app)
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

    private static async Task<int> CheckAsync(ConsistencyChecker check, CancellationToken cancellationToken)
    {
        var report = await check.RunAsync(cancellationToken);
        Console.WriteLine(report.Summary);
        foreach (var finding in report.Findings) Console.WriteLine($"- {finding}");
        return report.Findings.Count == 0 ? Success : Failure;
    }
}
