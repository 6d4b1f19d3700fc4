using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data.Sqlite;

public static class SqliteMigrator
{
    /// <summary>Migrates the database to this version's schema. If it is older, saves a copy beside it first.</summary>
    public static async Task MigrateAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        await db.ThrowIfNewerAsync(cancellationToken);
        List<string> pending = [.. await db.Database.GetPendingMigrationsAsync(cancellationToken)];
        if (pending.Count == 0) return;

        var isNew = pending.Count == db.Database.GetMigrations().Count();
        if (!isNew) await BackupBeforeMigrationAsync(db, $"{db.FilePath()}.before-{pending[0]}", cancellationToken);
        await db.MigrateWithoutCopyAsync(cancellationToken);
    }

    /// <summary>Migrates a database that is itself a copy, such as one that was unpacked from a backup.</summary>
    public static async Task MigrateWithoutCopyAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        // EF Core leaves its lock behind when a process dies during a migration. No other process can hold it, because the app locks its
        // storage (https://learn.microsoft.com/ef/core/providers/sqlite/limitations#concurrent-migrations-protection).
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        db.AddMigrationFunctions();
        await db.Database.MigrateAsync(cancellationToken);
    }

    private static async Task BackupBeforeMigrationAsync(MarketDb db, string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file)) return; // The copy of an interrupted migration is older, so keep it.
        await db.BackupToAsync($"{file}.part", cancellationToken);
        File.Move($"{file}.part", file);
    }
}
