using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Operations;

public static class OperationsSetup
{
    private const int Done = 0, Failed = 1, NotUnderstood = 2;

    // Held polls end by themselves when the app stops; what is left is a request or two being answered.
    private static readonly TimeSpan _longestGoodbye = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddMarketOperations(this IServiceCollection services)
    {
        services.AddScoped<ConsistencyCheck>();
        services.AddScoped<Backup>();
        services.AddScoped<Restoration>();
        services.AddScoped<DemoData>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = _longestGoodbye);
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
    public static async Task<int?> PrepareAsync(this WebApplication app, Command? command)
    {
        try
        {
            if (command is not null) return await DoAsync(command, app);
            app.Services.GetRequiredService<StorageLock>().TakeOrRefuse();
            await app.PrepareDatabaseAsync();
            if (app.Configuration.GetValue("Demo:Enabled", app.Environment.IsDevelopment())) await FillWithDemoDataAsync(app);
            return null;
        }
        catch (Exception exception) when (
            exception is RefusedException or IOException or UnauthorizedAccessException or SqliteException or DbUpdateException)
        {
            await Console.Error.WriteLineAsync((exception as RefusedException ?? exception.GetBaseException()).Message);
            return Failed;
        }
    }

    private static async Task FillWithDemoDataAsync(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DemoData>().FillIfEmptyAsync(app.Lifetime.ApplicationStopping);
    }

    private static async Task<int> DoAsync(Command command, WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var stopping = app.Lifetime.ApplicationStopping;
        switch (command)
        {
            case { Name: "check", Operand: "" }:
                return await CheckAsync(services.GetRequiredService<ConsistencyCheck>(), stopping);
            case { Name: "backup", Operand: not "" }:
                Console.WriteLine(await services.GetRequiredService<Backup>().WriteAsync(command.Operand, stopping));
                return Done;
            case { Name: "restore", Operand: not "" }:
                Console.WriteLine(await services.GetRequiredService<Restoration>().RestoreAsync(command.Operand, stopping));
                return Done;
            default:
                await Console.Error.WriteLineAsync(Command.Usage);
                return NotUnderstood;
        }
    }

    private static async Task<int> CheckAsync(ConsistencyCheck check, CancellationToken cancellationToken)
    {
        var report = await check.RunAsync(cancellationToken);
        Console.WriteLine(report.Summary);
        foreach (var finding in report.Findings) Console.WriteLine($"- {finding}");
        return report.Findings.Count == 0 ? Done : Failed;
    }
}
