using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Gives each DbContext a SQLite connection that stays open while the context goes from request to request through its pool. Opening
/// costs about as much as a query, and closing throws compiled statements away. Returning a context to the pool closes its connection
/// past every interceptor, so the connection itself refuses that; and EF Core never disposes what waits in the pool, so this does. The
/// SQL functions that the provider adds for decimals and regular expressions are missing: a query that needs one fails by its name.
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
        // The pragmas are the first to read the file, so they can fail. A connection that stayed open then would be used without them.
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
