using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Infrastructure.Data;

/// <summary>What is SQLite's own, in one place.</summary>
public static class Sqlite
{
    private const int SqliteConstraintUnique = 2067; // https://sqlite.org/rescode.html#constraint_unique

    public static string ConnectionString(string file) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        ForeignKeys = true,
        DefaultTimeout = 15,
    }.ToString();

    /// <summary>Write-ahead logging lets readers go on while someone writes. The setting is kept in the file.</summary>
    public static Task UseWriteAheadLogAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

    /// <summary>
    /// Brings what the log holds into the file and empties it: until then, what was erased can still be read in the log. Where
    /// somebody is reading, the log stays, and is emptied another time.
    /// </summary>
    public static Task EmptyWriteAheadLogAsync(this MarketDb db, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);

    public static bool IsUniqueViolation(this DbUpdateException exception) =>
        exception.InnerException is SqliteException { SqliteExtendedErrorCode: SqliteConstraintUnique };

    /// <summary>
    /// Per connection: FULL makes a commit wait for the disk, so an acknowledged message survives a power cut; secure_delete writes
    /// zeros over what is erased, rather than only calling its place free.
    /// </summary>
    public sealed class ConnectionSettings : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
