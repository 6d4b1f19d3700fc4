using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Keeps with a connection what SQLite has compiled for it, so that what was asked before is not compiled again: for a small query that
/// costs several times what answering it does, and the provider lets go of it with every command.
/// </summary>
public sealed class KeptStatements : DbCommandInterceptor
{
    // The app's queries have about as many texts. What comes beyond that is compiled each time.
    private const int MostPerConnection = 128;

    private readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, KeptCommand>> _kept = [];

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (result is not SqliteCommand { Connection: { } connection } asked) return result;
        var kept = _kept.GetOrCreateValue(connection);
        if (!kept.TryGetValue(asked.CommandText, out var same))
        {
            if (kept.Count == MostPerConnection) return result;
            kept.Add(asked.CommandText, same = new KeptCommand(asked.CommandText, connection));
        }

        if (!same.TryToLend(asked)) return result; // A reader of the same is still open.
        asked.Dispose();
        return same;
    }

    /// <summary>A command that, when it is disposed of by whoever it was lent to, is there for the next one.</summary>
    private sealed class KeptCommand(string text, SqliteConnection connection) : SqliteCommand(text, connection)
    {
        private bool _isLent, _isGone;

        public bool TryToLend(SqliteCommand asked)
        {
            if (_isLent || _isGone) return false;
            _isLent = true;
            (Transaction, CommandTimeout) = (asked.Transaction, asked.CommandTimeout);
            foreach (SqliteParameter parameter in asked.Parameters) Parameters.Add(parameter);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && _isLent)
            {
                _isLent = false;
                DataReader?.Dispose();
                Transaction = null;
                Parameters.Clear();
                return;
            }

            _isGone = true; // The connection closes, and takes what was compiled for it along.
            base.Dispose(disposing);
        }
    }
}
