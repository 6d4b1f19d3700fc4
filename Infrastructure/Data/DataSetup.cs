using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data;

public static class DataSetup
{
    // As many contexts as are in use at one time when it is busy.
    private const int MostKept = 32;

    public static IServiceCollection AddMarketData(this IServiceCollection services)
    {
        services.AddSingleton<WriteGate>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<KeptStatements>();
        services.AddSingleton<KeepOpenConnectionInterceptor>();
        services.AddSingleton<LogEmptying>();
        services.AddHostedService(provider => provider.GetRequiredService<LogEmptying>());
        services.AddDbContextPool<MarketDb>((provider, options) => options
            .UseSqlite(provider.GetRequiredService<IConfiguration>().GetConnectionString("Market")
                ?? Sqlite.ConnectionString(provider.GetRequiredService<StorageRoot>().PathTo("market.db")))
            .AddInterceptors(provider.GetRequiredService<KeptStatements>(), provider.GetRequiredService<KeepOpenConnectionInterceptor>()),
            MostKept);
        services.AddSingleton<DatabaseHealth>();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        return services;
    }

    /// <summary>Brings the database up to this version's schema.</summary>
    public static async Task PrepareDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
        var stopping = app.Lifetime.ApplicationStopping;
        await db.UpgradeAsync(stopping);
        await db.UseWriteAheadLogAsync(stopping);
        await app.Services.GetRequiredService<LogEmptying>().EmptyAsync(); // The last run may have ended before it had.
    }
}
