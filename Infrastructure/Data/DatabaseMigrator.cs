using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data;

/// <summary>Which version's tables a database has, and how an older one comes up to date.</summary>
public static class DatabaseMigrator
{
    /// <exception cref="OperatorException">
    /// A later version has been at work on the database: this one might not keep what it does not know.
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

    /// <summary>Brings the database up to this version. A copy of an older one stays beside it.</summary>
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
        if (File.Exists(file)) return; // From an upgrade that was broken off: it is the older of the two that is wanted.
        await db.BackupToAsync($"{file}.part", cancellationToken);
        File.Move($"{file}.part", file);
    }
}
