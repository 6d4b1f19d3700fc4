using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// SQLite, embedded in the process: the database is one file in the storage, and one process writes to it. Writers wait for a lock in
/// memory.
/// </summary>
public sealed class SqliteEngine : IDatabaseEngine, IDisposable
{
    // https://sqlite.org/rescode.html
    private const int ConstraintUnique = 2067;
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Full = 13, CannotOpen = 14;

    private readonly Channel<bool> _checkpointRequests = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly GroupCommit _groupCommit;

    public SqliteEngine() => _groupCommit = new GroupCommit(WriteLock);

    public bool IsShared => false;

    public WriteLock WriteLock { get; } = new();

    /// <summary>Requests for <see cref="WalCheckpointService"/>. Requests within a short time share one checkpoint.</summary>
    public ChannelReader<bool> CheckpointRequests => _checkpointRequests.Reader;

    public async Task<T> ExecuteInTransactionAsync<T>(
        MarketDb db, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var held = await WriteLock.AcquireAsync(cancellationToken);
        return await ExecuteUnderLockAsync(db, work, cancellationToken);
    }

    public Task<T> ExecuteInSharedTransactionAsync<T>(
        MarketDb db, Func<MarketDb, Task<T>> work, CancellationToken cancellationToken) =>
        _groupCommit.RunAsync(db, work, cancellationToken);

    public Task<int> SaveAsync(MarketDb db, Func<CancellationToken, Task<int>> save, CancellationToken cancellationToken) =>
        ExecuteInTransactionAsync(db, save, cancellationToken);

    public bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is SqliteException { SqliteExtendedErrorCode: ConstraintUnique };

    public bool IsTransientFailure(Exception exception) => exception
        is SqliteException { SqliteErrorCode: Busy or Locked or ReadOnly or IoError or Full or CannotOpen }
        or WriteLock.WriteLockTimeoutException;

    public async Task PrepareAsync(MarketDb db, CancellationToken cancellationToken)
    {
        await db.MigrateAsync(cancellationToken);
        await db.EnableWalAsync(cancellationToken);
        PurgeErasedContent(); // The last run may have ended before its checkpoint.
    }

    public Task ProbeWriteAsync(MarketDb db, CancellationToken cancellationToken) =>
        ExecuteInTransactionAsync(db, token => db.Database.ExecuteSqlRawAsync("PRAGMA user_version = 0", token),
            cancellationToken); // The value that it has already.

    public async Task<List<string>> CheckIntegrityAsync(MarketDb db, CancellationToken cancellationToken)
    {
        var damage = await db.Database
            .SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check WHERE integrity_check <> 'ok'")
            .ToListAsync(cancellationToken);
        var orphans = await db.Database.SqlQueryRaw<string>(
            "SELECT \"table\" || ' ' || rowid || ' refers to a missing row of ' || parent AS Value FROM pragma_foreign_key_check")
            .ToListAsync(cancellationToken);
        return [.. damage, .. orphans];
    }

    public async Task<IAsyncDisposable> BeginSnapshotAsync(MarketDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return new Snapshot((await db.Database.UseTransactionAsync(transaction, cancellationToken))!, transaction);
    }

    public void PurgeErasedContent() => _checkpointRequests.Writer.TryWrite(true);

    public Task<MessageSearchPage> FindMessagesAsync(
        MarketDb db, int userId, IReadOnlyList<string> terms, long before, int limit, CancellationToken cancellationToken) =>
        MessageSearch.FindMessagesAsync(db, userId, terms, before, limit, cancellationToken);

    public void Dispose() => WriteLock.Dispose();

    /// <summary>Runs <paramref name="work"/> as one transaction, for a caller that holds the write lock already.</summary>
    internal static async Task<T> ExecuteUnderLockAsync<T>(
        MarketDb db, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await work(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>
    /// A transaction and EF Core's wrapper of it. Both must be disposed: EF Core does not end a transaction that was passed to it, and the
    /// connection outlives the context.
    /// </summary>
    private sealed class Snapshot(IDbContextTransaction wrapper, SqliteTransaction transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await wrapper.DisposeAsync();
            await transaction.DisposeAsync();
        }
    }
}
