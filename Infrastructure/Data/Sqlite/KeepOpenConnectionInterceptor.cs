using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Keeps the pooled DbContext's SQLite connection open between requests. Opening costs about as much as a query, and closing discards the
/// compiled statements. The pool closes the connection of a returned context without calling interceptors, so the connection itself ignores
/// Close; and EF Core never disposes the contexts in its pool, so this class disposes the connections. The provider's SQL functions for
/// decimals and regular expressions are not registered: a query that needs one fails with the function's name.
/// </summary>
public sealed class KeepOpenConnectionInterceptor : DbConnectionInterceptor, IDisposable
{
    private readonly ConcurrentDictionary<PersistentSqliteConnection, bool> _open = new();

    public override InterceptionResult<DbConnection> ConnectionCreating(
        ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
        InterceptionResult<DbConnection>.SuppressWithResult(new PersistentSqliteConnection(eventData.ConnectionString, _open));

    public void Dispose()
    {
        foreach (var connection in _open.Keys) connection.Dispose();
    }

    private sealed class PersistentSqliteConnection(string? connectionString, ConcurrentDictionary<PersistentSqliteConnection, bool> open)
        : SqliteConnection(connectionString)
    {
        // The pragmas are the first statements to read the file, so they can fail. If the connection stayed open then, it would be used
        // without them.
        public override void Open()
        {
            base.Open();
            try
            {
                this.ApplyPragmas();
                open[this] = true;
            }
            catch
            {
                Close();
                throw;
            }
        }

        public override void Close()
        {
            if (!open.ContainsKey(this)) base.Close();
        }

        protected override void Dispose(bool disposing)
        {
            open.TryRemove(this, out _);
            base.Dispose(disposing);
        }
    }
}
