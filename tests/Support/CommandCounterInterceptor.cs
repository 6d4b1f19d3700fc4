using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Tests.Support;

/// <summary>Counts the SQL statements that the app executes, and lets a test intervene before a statement.</summary>
public sealed class CommandCounterInterceptor : DbCommandInterceptor
{
    private int _count;

    public int Count => _count;

    /// <summary>
    /// Called with the SQL of each statement before it is executed. An exception thrown here looks like a database error.
    /// </summary>
    public Action<string>? Before { get; set; }

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData,
        InterceptionResult<DbDataReader> result) =>
        Counted(command, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Counted(command, result));

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Counted(command, result));

    private InterceptionResult<T> Counted<T>(DbCommand command, InterceptionResult<T> result)
    {
        Interlocked.Increment(ref _count);
        Before?.Invoke(command.CommandText);
        return result;
    }
}
