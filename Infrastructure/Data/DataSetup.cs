using MarketChat.Infrastructure.Data.Postgres;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Data;

public static class DataSetup
{
    /// <exception cref="OperatorException">The setting "Database:Provider" names no engine.</exception>
    public static IServiceCollection AddMarketData(this IServiceCollection services, IConfiguration configuration)
    {
        switch (configuration["Database:Provider"] ?? "Sqlite")
        {
            case "Sqlite": services.AddSqlite(); break;
            case "Postgres": services.AddPostgres(); break;
            case var other: throw new OperatorException($"Database:Provider is \"{other}\"; it can be Sqlite or Postgres.");
        }

        services.AddSingleton<DatabaseHealthCheck>();
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");
        return services;
    }

    /// <summary>Migrates the database and prepares it for serving.</summary>
    public static async Task PrepareDatabaseAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
        await db.Engine.PrepareAsync(db, app.Lifetime.ApplicationStopping);
    }
}
