using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data;

public static class DataSetup
{
    // About the number of contexts in use at the same time under load.
    private const int MaxPooledContexts = 32;

    public static IServiceCollection AddMarketData(this IServiceCollection services)
    {
        services.AddSingleton<WriteLock>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<PreparedCommandCacheInterceptor>();
        services.AddSingleton<KeepOpenConnectionInterceptor>();
        services.AddSingleton<WalCheckpointService>();
        services.AddHostedService(provider => provider.GetRequiredService<WalCheckpointService>());
        services.AddDbContextPool<MarketDb>((provider, options) => options
            .UseSqlite(provider.GetRequiredService<IConfiguration>().GetConnectionString("Market")
                ?? SqliteDatabase.ConnectionString(provider.GetRequiredService<StoragePaths>().PathTo("market.db")))
            .AddInterceptors(provider.GetRequiredService<PreparedCommandCacheInterceptor>(),
                provider.GetRequiredService<KeepOpenConnectionInterceptor>()),
            MaxPooledContexts);
        services.AddSingleton<DatabaseHealthCheck>();
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");
        return services;
    }

    /// <summary>Migrates the database and turns write-ahead logging on.</summary>
    public static async Task PrepareDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
        var stopping = app.Lifetime.ApplicationStopping;
        await db.MigrateAsync(stopping);
        await db.EnableWalAsync(stopping);
        app.Services.GetRequiredService<WalCheckpointService>().RequestCheckpoint(); // The last run may have ended before its checkpoint.
    }
}
