using MarketChat.Infrastructure.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace MarketChat.Infrastructure.Data.Postgres;

public static class PostgresSetup
{
    // As many as the connections that Npgsql opens by default.
    private const int MaxPooledContexts = 100;

    public static void AddPostgres(this IServiceCollection services)
    {
        services.AddSingleton(CreateDataSource);
        services.AddSingleton<PostgresEngine>();
        services.AddSingleton<IDatabaseEngine>(provider => provider.GetRequiredService<PostgresEngine>());
        services.AddDataProtection().PersistKeysToDbContext<PostgresMarketDb>();
        services.AddSingleton<ISecretStore, PostgresSecretStore>();
        services.AddDbContextPool<MarketDb, PostgresMarketDb>(
            (provider, options) => options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()), MaxPooledContexts);
    }

    private static NpgsqlDataSource CreateDataSource(IServiceProvider provider)
    {
        var connection = provider.GetRequiredService<IConfiguration>().GetConnectionString("Market")
            ?? throw new OperatorException("Database:Provider is Postgres, but ConnectionStrings:Market is not set.");
        try
        {
            return new NpgsqlDataSourceBuilder(connection).Build();
        }
        catch (ArgumentException exception)
        {
            throw new OperatorException($"ConnectionStrings:Market is not a connection string: {exception.Message}", exception);
        }
    }
}
