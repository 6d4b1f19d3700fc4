using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Infrastructure.Data.Sqlite;

public static class SqliteSetup
{
    // About the number of contexts in use at the same time under load.
    private const int MaxPooledContexts = 32;

    public static void AddSqlite(this IServiceCollection services)
    {
        services.AddSingleton<SqliteEngine>();
        services.AddSingleton<IDatabaseEngine>(provider => provider.GetRequiredService<SqliteEngine>());
        services.AddSingleton<PreparedCommandCacheInterceptor>();
        services.AddSingleton<KeepOpenConnectionInterceptor>();
        services.AddHostedService<WalCheckpointService>();
        services.AddDbContextPool<MarketDb, SqliteMarketDb>((provider, options) => options
            .UseSqlite(provider.GetRequiredService<IConfiguration>().GetConnectionString("Market")
                ?? SqliteDatabase.ConnectionString(provider.GetRequiredService<StoragePaths>().PathTo("market.db")))
            .AddInterceptors(provider.GetRequiredService<PreparedCommandCacheInterceptor>(),
                provider.GetRequiredService<KeepOpenConnectionInterceptor>())
            // SQLite rebuilds tables outside of a transaction; the copy made before the migration is what protects the data.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.NonTransactionalMigrationOperationWarning)),
            MaxPooledContexts);
    }
}
