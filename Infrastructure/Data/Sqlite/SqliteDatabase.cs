using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>What is SQLite's own, in one place.</summary>
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
    /// Sets what a connection has to be told each time it opens. FULL makes a commit wait for the disk, so an acknowledged message
    /// survives a power cut; secure_delete overwrites erased content with zeros instead of only marking its place as free.
    /// </summary>
    public static void ApplyPragmas(this DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON";
        command.ExecuteNonQuery();
    }

    /// <summary>Write-ahead logging lets readers go on while someone writes. The setting is kept in the file.</summary>
    public static Task EnableWalAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

    /// <summary>
    /// Brings what the log holds into the file and empties it. To be asked for through <see cref="WalCheckpointService"/>, which has the
    /// turn to
    /// write.
    /// </summary>
    /// <returns>False where somebody is reading from the log or writing to it: then it stays. Nobody is waited for.</returns>
    public static async Task<bool> TryTruncateWalAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)"; // Answers whether it was kept from it, and how many pages there were.
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
    /// Whether the machine failed the app rather than the app itself: the disk is full or may not be written, or another program holds
    /// the file. What was asked for was not done, and may be asked again.
    /// </summary>
    public static bool IsTransientStorageFailure(this Exception exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is Busy or Locked or ReadOnly or IoError or Full or CannotOpen,
        BadHttpRequestException => false, // An IOException too, but about the network.
        IOException or UnauthorizedAccessException or WriteLock.WriteLockTimeoutException => true,
        { InnerException: { } inner } => inner.IsTransientStorageFailure(),
        _ => false,
    };

    /// <summary>Writes, and changes nothing by it: fails where any write would.</summary>
    public static Task ProbeWriteAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.ExecuteInTransactionAsync(token => db.Database.ExecuteSqlRawAsync("PRAGMA user_version = 0", token),
            cancellationToken); // As it is anyway.

    public static string FilePath(this MarketDb db) => Path.GetFullPath(db.Database.GetDbConnection().DataSource);

    /// <summary>What the file's own checks find wrong with it: nothing, or sentences of SQLite's.</summary>
    public static async Task<List<string>> CheckIntegrityAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        var damage = await db.Database
            .SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
            .ToListAsync(cancellationToken);
        var loose = await db.Database.SqlQueryRaw<string>(
            "SELECT \"table\" || ' ' || rowid || ' refers to a missing row of ' || parent AS Value FROM pragma_foreign_key_check")
            .ToListAsync(cancellationToken);
        return [.. damage, .. loose];
    }

    /// <summary>Lets everything read until the end of the transaction see one moment, and keeps no writer waiting.</summary>
    public static async Task<IAsyncDisposable> BeginReadTransactionAsync(this MarketDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return new Snapshot((await db.Database.UseTransactionAsync(transaction, cancellationToken))!, transaction);
    }

    /// <summary>
    /// A sound copy of the database as it is at one moment, in one file (https://sqlite.org/backup.html). Writers go on meanwhile.
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
    /// Takes away the lock that EF Core leaves when a process dies while migrating: nobody else can hold it, as the storage is ours
    /// alone (https://learn.microsoft.com/ef/core/providers/sqlite/limitations#concurrent-migrations-protection).
    /// </summary>
    public static Task DropMigrationLockAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);

    /// <summary>The same model over another file.</summary>
    public static MarketDb OpenFile(this MarketDb db, string file) => new(
        new DbContextOptionsBuilder<MarketDb>((DbContextOptions<MarketDb>)db.GetService<IDbContextOptions>())
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()).Options,
        new WriteLock());

    /// <summary>Brings what stands in the write-ahead log into the file itself, so that the file is all there is.</summary>
    public static Task DisableWalAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = DELETE", cancellationToken);

    /// <summary>EF Core does not end a transaction that it was given, and the connection outlives the context.</summary>
    private sealed class Snapshot(IDbContextTransaction ofContext, SqliteTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await ofContext.DisposeAsync();
            await transaction.DisposeAsync();
        }
    }
}
