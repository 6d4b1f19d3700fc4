using System.Data.Common;
using System.Globalization;
using MarketChat.Infrastructure.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>A SQLite database as a file: connection settings, pragmas, write-ahead log and copies.</summary>
public static class SqliteDatabase
{
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
    /// a power cut; secure_delete overwrites erased content with zeros instead of only marking its space as free; journal_size_limit
    /// shrinks the write-ahead log again (to 16 MB) after a long reader has kept it from being reused.
    /// </summary>
    public static void ApplyPragmas(this DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216";
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

    public static string FilePath(this MarketDb db) => Path.GetFullPath(db.Database.GetDbConnection().DataSource);

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
        if (await check.Engine.CheckIntegrityAsync(check, cancellationToken) is [var damage, ..])
        {
            throw new InvalidDataException($"The copy is damaged: {damage}");
        }

        await check.DisableWalAsync(cancellationToken);
    }

    /// <summary>Registers the SQL functions that migrations use to compute columns from text that is already stored.</summary>
    public static void AddMigrationFunctions(this MarketDb db)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        connection.CreateFunction("search_key", (string text) => SearchKey.Of(text), isDeterministic: true);
        connection.CreateFunction("name_skeleton", (string name) => ConfusableName.Skeleton(name), isDeterministic: true);
    }

    /// <summary>Opens another database file with the same model.</summary>
    public static MarketDb OpenFile(this MarketDb db, string file) => new SqliteMarketDb(
        new DbContextOptionsBuilder<SqliteMarketDb>((DbContextOptions<SqliteMarketDb>)db.GetService<IDbContextOptions>())
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()).Options,
        new SqliteEngine());

    /// <summary>Turns write-ahead logging off. This copies the log into the database file, so that the file is complete.</summary>
    public static Task DisableWalAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = DELETE", cancellationToken);
}
