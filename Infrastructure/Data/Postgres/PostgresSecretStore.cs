using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data.Postgres;

/// <summary>Keeps secrets in the database, because instances do not share files.</summary>
public sealed class PostgresSecretStore(IServiceScopeFactory scopes) : ISecretStore
{
    public string GetOrAdd(string name, Func<string> create)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<PostgresMarketDb>();
        var stored = db.Secrets.Where(secret => secret.Name == name).Select(secret => secret.Value);
        if (stored.SingleOrDefault() is { } found) return found;
        db.Database.ExecuteSql($"""INSERT INTO "Secrets" ("Name", "Value") VALUES ({name}, {create()}) ON CONFLICT DO NOTHING""");
        return stored.Single();
    }
}
