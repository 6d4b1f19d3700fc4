using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Tests.Support;

/// <summary>Counts the statements that go to the database, and lets a test step in before one.</summary>
public sealed class StatementWatch : DbCommandInterceptor
{
    private int _count;

    public int Count => _count;

    /// <summary>Called with the SQL of each statement about to go out. What it throws is what the database would have thrown.</summary>
    public Action<string>? Before { get; set; }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        Watch(command, result);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        Watch(command, result);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        Watch(command, result);

    private ValueTask<T> Watch<T>(DbCommand command, T result)
    {
        Interlocked.Increment(ref _count);
        Before?.Invoke(command.CommandText);
        return ValueTask.FromResult(result);
    }
}
