using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Caches prepared commands for each connection, so that SQLite compiles each query once. Compiling a small query costs several times as
/// much as executing it, and the provider discards the compiled statement with every command.
/// </summary>
public sealed class PreparedCommandCacheInterceptor : DbCommandInterceptor
{
    // About the number of distinct queries of the app. Further queries are compiled each time.
    private const int MaxPerConnection = 128;

    private readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, ReusableSqliteCommand>> _commands = [];

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (result is not SqliteCommand { Connection: { } connection } command) return result;
        var cached = _commands.GetOrCreateValue(connection);
        if (!cached.TryGetValue(command.CommandText, out var reusable))
        {
            if (cached.Count == MaxPerConnection) return result;
            cached.Add(command.CommandText, reusable = new ReusableSqliteCommand(command.CommandText, connection));
        }

        if (!reusable.TryRent(command)) return result; // A reader of the cached command is still open.
        command.Dispose();
        return reusable;
    }

    /// <summary>A command that returns to the cache when its user disposes it.</summary>
    private sealed class ReusableSqliteCommand(string text, SqliteConnection connection) : SqliteCommand(text, connection)
    {
        private bool _inUse, _disposed;

        public bool TryRent(SqliteCommand command)
        {
            if (_inUse || _disposed) return false;
            _inUse = true;
            (Transaction, CommandTimeout) = (command.Transaction, command.CommandTimeout);
            foreach (SqliteParameter parameter in command.Parameters) Parameters.Add(parameter);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && _inUse)
            {
                _inUse = false;
                DataReader?.Dispose();
                Transaction = null;
                Parameters.Clear();
                return;
            }

            _disposed = true; // The connection closes, and its compiled statements are discarded.
            base.Dispose(disposing);
        }
    }
}
