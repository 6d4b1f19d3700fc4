using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data;

public static class DataSetup
{
    // As many contexts as are in use at one time when it is busy.
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

    /// <summary>Brings the database up to this version's schema.</summary>
    public static async Task PrepareDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
        var stopping = app.Lifetime.ApplicationStopping;
        await db.MigrateAsync(stopping);
        await db.EnableWalAsync(stopping);
        app.Services.GetRequiredService<WalCheckpointService>().RequestCheckpoint(); // The last run may have ended before its own.
    }
}
