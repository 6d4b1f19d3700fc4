using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data.Postgres;

/// <summary>The context for PostgreSQL. It is a type of its own because each engine has its own migrations.</summary>
public sealed class PostgresMarketDb(DbContextOptions<PostgresMarketDb> options, PostgresEngine engine)
    : MarketDb(options, engine), IDataProtectionKeyContext
{
    /// <summary>The sequence that numbers changes, quoted as in SQL.</summary>
    public const string ChangeNumbers = "\"ChangeNumbers\"";

    /// <summary>The keys that sign sessions and forms: a request may reach another instance than the one before.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    public DbSet<StoredSecret> Secrets => Set<StoredSecret>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasSequence<long>("ChangeNumbers");
        builder.HasPostgresExtension("pg_trgm");
        builder.Entity<Entities.Message>().HasIndex(m => m.SearchText, "IX_Messages_SearchText").HasMethod("gin")
            .HasOperators("gin_trgm_ops");
    }
}
