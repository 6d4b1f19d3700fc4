using System.Data;
using System.Net.Sockets;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace MarketChat.Infrastructure.Data.Postgres;

/// <summary>
/// PostgreSQL, a server that several instances of the app share. Transactions that check and then write are serializable, and repeated if
/// the server could not serialize them (https://www.postgresql.org/docs/current/transaction-iso.html), so they need no locks of their own.
/// </summary>
public sealed class PostgresEngine : IDatabaseEngine
{
    private const int MaxAttempts = 10;

    // The locks of instances that start at the same time; the number is arbitrary, but the same for all versions of the app.
    private const long MigrationLock = 0x4d61726b6574;

    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMilliseconds(50);

    public bool IsShared => true;

    public Task<T> ExecuteInTransactionAsync<T>(
        MarketDb db, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        RetryAsync(db, IsolationLevel.Serializable, work, cancellationToken);

    /// <summary>
    /// Runs the write as a transaction of its own; the server shares disk syncs between transactions. A write to a room locks the room's
    /// row first, so the default isolation is enough.
    /// </summary>
    public Task<T> ExecuteInSharedTransactionAsync<T>(
        MarketDb db, Func<MarketDb, Task<T>> work, CancellationToken cancellationToken) =>
        RetryAsync(db, IsolationLevel.ReadCommitted, _ => work(db), cancellationToken);

    /// <summary>One save is one transaction to EF Core, and its rows have unique indexes and concurrency tokens.</summary>
    public Task<int> SaveAsync(MarketDb db, Func<CancellationToken, Task<int>> save, CancellationToken cancellationToken) =>
        save(cancellationToken);

    public bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    public bool IsTransientFailure(Exception exception) => exception switch
    {
        PostgresException postgres => IsConflict(postgres) || postgres.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', ..]
            or ['5', '8', ..] or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidPassword
            or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName,
        NpgsqlException or SocketException or TimeoutException => true,
        _ => false,
    };

    public async Task PrepareAsync(MarketDb db, CancellationToken cancellationToken)
    {
        try
        {
            await MigrateAsync(db, cancellationToken);
        }
        catch (Exception exception) when (exception.GetBaseException() is NpgsqlException or SocketException or TimeoutException)
        {
            throw new OperatorException(
                $"The database that ConnectionStrings:Market names cannot be used: {exception.GetBaseException().Message}", exception);
        }
    }

    public Task ProbeWriteAsync(MarketDb db, CancellationToken cancellationToken) =>
        db.ChangeEpochs.Where(_ => false).ExecuteUpdateAsync(set => set.SetProperty(e => e.Number, 0), cancellationToken);

    public async Task<IAsyncDisposable> BeginSnapshotAsync(MarketDb db, CancellationToken cancellationToken) =>
        await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    /// <summary>Returns no problem: the server enforces foreign keys, and its own tools check its files (pg_amcheck).</summary>
    public Task<List<string>> CheckIntegrityAsync(MarketDb db, CancellationToken cancellationToken) => Task.FromResult<List<string>>([]);

    /// <summary>Does nothing: the server's autovacuum overwrites erased rows, and its log is recycled.</summary>
    public void PurgeErasedContent()
    {
    }

    public Task<MessageSearchPage> FindMessagesAsync(
        MarketDb db, int userId, IReadOnlyList<string> terms, long before, int limit, CancellationToken cancellationToken) =>
        PostgresMessageSearch.FindMessagesAsync(db, userId, terms, before, limit, cancellationToken);

    /// <summary>
    /// Instances that start at the same time migrate one after the other: the first migrates, and the others find nothing to do. The lock
    /// belongs to the session, so it ends with a process that dies.
    /// </summary>
    private static async Task MigrateAsync(MarketDb db, CancellationToken cancellationToken)
    {
        await CreateIfMissingAsync(db.GetService<IRelationalDatabaseCreator>(), cancellationToken);
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
            await db.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            await db.ThrowIfNewerAsync(cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})", cancellationToken);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static async Task CreateIfMissingAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        try
        {
            if (!await creator.ExistsAsync(cancellationToken)) await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException exception) when (
            exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another instance has created it.
        }
    }

    private static async Task<T> RetryAsync<T>(
        MarketDb db, IsolationLevel isolation, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var transaction = await db.Database.BeginTransactionAsync(isolation, cancellationToken);
                var result = await work(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return result;
            }
            catch (Exception exception) when (attempt < MaxAttempts && IsConflict(exception.GetBaseException()))
            {
                db.ChangeTracker.Clear(); // What the attempt loaded is out of date.
                await Task.Delay(MaxRetryDelay * Random.Shared.NextDouble(), cancellationToken);
            }
        }
    }

    private static bool IsConflict(Exception exception) => exception
        is PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected };
}
