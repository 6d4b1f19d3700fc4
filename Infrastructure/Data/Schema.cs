using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace MarketChat.Infrastructure.Data;

/// <summary>Which version's tables a database has, and how an older one comes up to date.</summary>
public static class Schema
{
    /// <summary>The migrations that the database still lacks, the oldest first.</summary>
    public static async Task<List<string>> PendingMigrationsAsync(this MarketDb db, CancellationToken cancellationToken) =>
        [.. db.Database.GetMigrations().Except(await db.AppliedMigrationsAsync(cancellationToken))];

    /// <exception cref="RefusedException">A later version has been at work on the database: this one might not keep what it does not know.</exception>
    public static async Task RefuseIfNewerAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        if ((await db.AppliedMigrationsAsync(cancellationToken)).Except(db.Database.GetMigrations()).LastOrDefault() is { } unknown)
        {
            throw new RefusedException($"The database was written by a later version of MarketChat (it has {unknown}). Start that version, or restore a backup.");
        }
    }

    /// <summary>Brings the database up to this version. A copy of an older one stays beside it.</summary>
    public static async Task UpgradeAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        await db.RefuseIfNewerAsync(cancellationToken);
        var pending = await db.PendingMigrationsAsync(cancellationToken);
        if (pending.Count == 0) return;

        var isNew = pending.Count == db.Database.GetMigrations().Count();
        if (!isNew) await CopyAsideAsync(db, $"{db.FilePath()}.before-{pending[0]}", cancellationToken);
        await db.DropMigrationLockAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    // EF's own way builds a model of this one table first, at every start.
    private static async Task<List<string>> AppliedMigrationsAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        if (!await db.GetService<IRelationalDatabaseCreator>().ExistsAsync(cancellationToken)) return [];
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = """SELECT 1 FROM "sqlite_schema" WHERE "name" = '__EFMigrationsHistory'""";
            if (await command.ExecuteScalarAsync(cancellationToken) is null) return [];

            command.CommandText = """SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY "MigrationId" """;
            var applied = new List<string>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) applied.Add(reader.GetString(0));
            return applied;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static async Task CopyAsideAsync(MarketDb db, string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file)) return; // From an upgrade that was broken off: it is the older of the two that is wanted.
        await db.CopyToAsync($"{file}.part", cancellationToken);
        File.Move($"{file}.part", file);
    }
}
