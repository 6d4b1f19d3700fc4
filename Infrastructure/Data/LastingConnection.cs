#pragma warning disable EF1001 // Where a connection is opened and closed, EF Core has no public type to build upon.
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Sqlite.Storage.Internal;
using Microsoft.EntityFrameworkCore.Storage;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// A context's connection that is opened once, settled, and left open for as long as the context lives, which goes from request to
/// request through its pool. Opening one costs as much as what is asked over it: the provider teaches SQLite a dozen functions each time.
/// </summary>
public sealed class LastingConnection(
    RelationalConnectionDependencies dependencies, IRawSqlCommandBuilder commands, IDiagnosticsLogger<DbLoggerCategory.Infrastructure> log)
    : SqliteRelationalConnection(dependencies, commands, log)
{
    protected override void OpenDbConnection(bool errorsExpected)
    {
        base.OpenDbConnection(errorsExpected);
        SettleOrClose();
    }

    protected override async Task OpenDbConnectionAsync(bool errorsExpected, CancellationToken cancellationToken)
    {
        await base.OpenDbConnectionAsync(errorsExpected, cancellationToken);
        SettleOrClose(); // SQLite's provider does nothing asynchronously.
    }

    protected override void CloseDbConnection()
    {
    }

    protected override Task CloseDbConnectionAsync() => Task.CompletedTask;

    // This is the first that reads the file, and can fail by it. What is left open is never settled again.
    private void SettleOrClose()
    {
        try
        {
            DbConnection.Settle();
        }
        catch
        {
            DbConnection.Close();
            throw;
        }
    }
}
