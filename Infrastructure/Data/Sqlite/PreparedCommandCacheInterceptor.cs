using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Keeps with a connection what SQLite has compiled for it, so that what was asked before is not compiled again: for a small query that
/// costs several times what answering it does, and the provider lets go of it with every command.
/// </summary>
public sealed class PreparedCommandCacheInterceptor : DbCommandInterceptor
{
    // The app's queries have about as many texts. What comes beyond that is compiled each time.
    private const int MaxPerConnection = 128;

    private readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, ReusableSqliteCommand>> _commands = [];

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (result is not SqliteCommand { Connection: { } connection } asked) return result;
        var kept = _commands.GetOrCreateValue(connection);
        if (!kept.TryGetValue(asked.CommandText, out var same))
        {
            if (kept.Count == MaxPerConnection) return result;
            kept.Add(asked.CommandText, same = new ReusableSqliteCommand(asked.CommandText, connection));
        }

        if (!same.TryRent(asked)) return result; // A reader of the same is still open.
        asked.Dispose();
        return same;
    }

    /// <summary>A command that, when it is disposed of by whoever it was lent to, is there for the next one.</summary>
    private sealed class ReusableSqliteCommand(string text, SqliteConnection connection) : SqliteCommand(text, connection)
    {
        private bool _inUse, _disposed;

        public bool TryRent(SqliteCommand asked)
        {
            if (_inUse || _disposed) return false;
            _inUse = true;
            (Transaction, CommandTimeout) = (asked.Transaction, asked.CommandTimeout);
            foreach (SqliteParameter parameter in asked.Parameters) Parameters.Add(parameter);
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

            _disposed = true; // The connection closes, and takes what was compiled for it along.
            base.Dispose(disposing);
        }
    }
}
