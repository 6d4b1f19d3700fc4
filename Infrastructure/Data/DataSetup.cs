using MarketChat.Infrastructure.Data.Sqlite;

namespace MarketChat.Infrastructure.Data;

public static class DataSetup
{
    public static IServiceCollection AddMarketData(this IServiceCollection services)
    {
        services.AddSqlite();
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
