using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Tests.Support;

/// <summary>Counts the statements that the app sends to its database, and lets a test step in before one.</summary>
public sealed class CommandCounterInterceptor : DbCommandInterceptor
{
    private int _count;

    public int Count => _count;

    /// <summary>Called with the SQL of each statement about to go out. What it throws is what the database would have thrown.</summary>
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
