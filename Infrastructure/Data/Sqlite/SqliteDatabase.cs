using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>Everything that is specific to SQLite: connection settings, pragmas, error codes and backups.</summary>
public static class SqliteDatabase
{
    // https://sqlite.org/rescode.html
    private const int ConstraintUnique = 2067;
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Full = 13, CannotOpen = 14;

    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        ForeignKeys = true,
        DefaultTimeout = (int)BusyTimeout.TotalSeconds,
        Pooling = false, // Pooled contexts keep their connections; a second pool would keep the file open after they are closed.
    }.ToString();

    /// <summary>
    /// Sets the pragmas that SQLite does not store in the file. FULL makes a commit wait for the disk, so an acknowledged message survives
    /// a power cut; secure_delete overwrites erased content with zeros instead of only marking its space as free.
    /// </summary>
    public static void ApplyPragmas(this DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON";
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// Turns write-ahead logging on, so that readers continue while a writer writes. SQLite stores the setting in the file.
    /// </summary>
    public static Task EnableWalAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

    /// <summary>
    /// Copies the write-ahead log into the database file and truncates the log. Call it through <see cref="WalCheckpointService"/>, which
    /// holds the write lock.
    /// </summary>
    /// <returns>False if another connection uses the log, which then stays. The call does not wait for it.</returns>
    public static async Task<bool> TryTruncateWalAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)"; // Returns whether it was blocked, and page counts.
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == 0;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    public static bool IsUniqueViolation(this DbUpdateException exception) =>
        exception.InnerException is SqliteException { SqliteExtendedErrorCode: ConstraintUnique };

    /// <summary>
    /// Whether the storage failed rather than the app: the disk is full or read-only, or another program locks the file. The operation was
    /// not executed and can be retried.
    /// </summary>
    public static bool IsTransientStorageFailure(this Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is Busy or Locked or ReadOnly or IoError or Full or CannotOpen,
        BadHttpRequestException => false, // Also an IOException, but about the network.
        IOException or UnauthorizedAccessException or WriteLock.WriteLockTimeoutException => true,
        { InnerException: { } inner } => inner.IsTransientStorageFailure(),
        _ => false,
    };

    /// <summary>Executes a write that changes nothing. It fails if any write would fail.</summary>
    public static Task ProbeWriteAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.ExecuteInTransactionAsync(token => db.Database.ExecuteSqlRawAsync("PRAGMA user_version = 0", token),
            cancellationToken); // The value that it has already.

    public static string FilePath(this MarketDb db) => Path.GetFullPath(db.Database.GetDbConnection().DataSource);

    /// <summary>
    /// Runs SQLite's integrity and foreign key checks. Returns a description of each problem; none if the file is intact.
    /// </summary>
    public static async Task<List<string>> CheckIntegrityAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        var damage = await db.Database
            .SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
            .ToListAsync(cancellationToken);
        var orphans = await db.Database.SqlQueryRaw<string>(
            "SELECT \"table\" || ' ' || rowid || ' refers to a missing row of ' || parent AS Value FROM pragma_foreign_key_check")
            .ToListAsync(cancellationToken);
        return [.. damage, .. orphans];
    }

    /// <summary>Begins a transaction in which all queries read the same snapshot. It does not block writers.</summary>
    public static async Task<IAsyncDisposable> BeginReadTransactionAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return new Snapshot((await db.Database.UseTransactionAsync(transaction, cancellationToken))!, transaction);
    }

    /// <summary>
    /// Writes a consistent copy of the database to one file and checks it (https://sqlite.org/backup.html). Writers are not blocked.
    /// </summary>
    public static async Task BackupToAsync(this MarketDb db, string file, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        await using (var copy = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()))
        {
            await copy.OpenAsync(cancellationToken);
            ((SqliteConnection)db.Database.GetDbConnection()).BackupDatabase(copy); // In one step, so no writer comes between.
        }

        await using var check = db.OpenFile(file);
        if (await check.CheckIntegrityAsync(cancellationToken) is [var damage, ..])
        {
            throw new InvalidDataException($"The copy is damaged: {damage}");
        }

        await check.DisableWalAsync(cancellationToken);
    }

    /// <summary>
    /// Drops the lock that EF Core leaves behind when a process dies during a migration. No other process can hold it, because the app
    /// locks its storage (https://learn.microsoft.com/ef/core/providers/sqlite/limitations#concurrent-migrations-protection).
    /// </summary>
    public static Task DropMigrationLockAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);

    /// <summary>Opens another database file with the same model.</summary>
    public static MarketDb OpenFile(this MarketDb db, string file) => new(
        new DbContextOptionsBuilder<MarketDb>((DbContextOptions<MarketDb>)db.GetService<IDbContextOptions>())
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()).Options,
        new WriteLock());

    /// <summary>Turns write-ahead logging off. This copies the log into the database file, so that the file is complete.</summary>
    public static Task DisableWalAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = DELETE", cancellationToken);

    /// <summary>
    /// A transaction and EF Core's wrapper of it. Both must be disposed: EF Core does not end a transaction that was passed to it, and the
    /// connection outlives the context.
    /// </summary>
    private sealed class Snapshot(IDbContextTransaction wrapper, SqliteTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await wrapper.DisposeAsync();
            await transaction.DisposeAsync();
        }
    }
}
