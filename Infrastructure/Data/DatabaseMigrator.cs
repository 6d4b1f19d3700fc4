using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data;

/// <summary>Migrates the database to this version's schema, and refuses a database of a later version.</summary>
public static class DatabaseMigrator
{
    /// <exception cref="OperatorException">
    /// A later version has written to the database, so this version could lose data that it does not know.
    /// </exception>
    public static async Task ThrowIfNewerAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.Except(db.Database.GetMigrations()).LastOrDefault() is { } unknown)
        {
            throw new OperatorException(
                $"The database was written by a later version of MarketChat (it has {unknown}). Start that version, or restore a backup.");
        }
    }

    /// <summary>Migrates the database to this version's schema. If it is older, saves a copy beside it first.</summary>
    public static async Task MigrateAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        await db.ThrowIfNewerAsync(cancellationToken);
        List<string> pending = [.. await db.Database.GetPendingMigrationsAsync(cancellationToken)];
        if (pending.Count == 0) return;

        var isNew = pending.Count == db.Database.GetMigrations().Count();
        if (!isNew) await BackupBeforeMigrationAsync(db, $"{db.FilePath()}.before-{pending[0]}", cancellationToken);
        await db.DropMigrationLockAsync(cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
    }

    private static async Task BackupBeforeMigrationAsync(MarketDb db, string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file)) return; // The copy of an interrupted migration is older, so keep it.
        await db.BackupToAsync($"{file}.part", cancellationToken);
        File.Move($"{file}.part", file);
    }
}
