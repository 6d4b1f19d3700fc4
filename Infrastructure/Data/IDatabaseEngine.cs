using MarketChat.Infrastructure.Text;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// What the app needs of a database engine and EF Core does not have. Each engine implements it in a folder of its own, which also has its
/// migrations; no other code knows which engine it runs on.
/// </summary>
public interface IDatabaseEngine
{
    /// <summary>Whether other processes may use the database, so that what one process remembers may be out of date.</summary>
    bool IsShared { get; }

    /// <summary>Runs <paramref name="work"/> as one transaction. When the task completes, the change is on disk.</summary>
    /// <param name="work">
    /// It can run again, if the engine could not serialize it with other transactions. It loads and adds the entities that it changes
    /// itself; what was tracked before is not tracked then.
    /// </param>
    Task<T> ExecuteInTransactionAsync<T>(MarketDb db, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a small write as a transaction that it may share with other writes. When the task completes, the change is on disk.
    /// </summary>
    /// <param name="work">
    /// Statements only, without tracked entities: it may run on another caller's context, and again if another write of the transaction
    /// fails.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancels the wait, not the work: if this method throws because of it, the work has not run and will not run.
    /// </param>
    Task<T> ExecuteInSharedTransactionAsync<T>(MarketDb db, Func<MarketDb, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Saves the tracked changes of a context as one transaction.</summary>
    Task<int> SaveAsync(MarketDb db, Func<CancellationToken, Task<int>> save, CancellationToken cancellationToken);

    bool IsUniqueViolation(DbUpdateException exception);

    /// <summary>
    /// Whether the database, rather than the statement, caused the exception: the disk is full, or the server is not there. Callers use
    /// <see cref="DatabaseFailures.IsStorageFailure"/>.
    /// </summary>
    bool IsTransientFailure(Exception exception);

    /// <summary>Migrates the database to this version's schema, and prepares it for serving.</summary>
    /// <exception cref="Storage.OperatorException">A later version of the app has written to the database.</exception>
    Task PrepareAsync(MarketDb db, CancellationToken cancellationToken);

    /// <summary>Executes a write that changes nothing. It fails if any write would fail.</summary>
    Task ProbeWriteAsync(MarketDb db, CancellationToken cancellationToken);

    /// <summary>Begins a transaction in which all queries read the same snapshot. It does not block writers.</summary>
    Task<IAsyncDisposable> BeginSnapshotAsync(MarketDb db, CancellationToken cancellationToken);

    /// <summary>Runs the engine's own integrity checks. Returns a description of each problem; none if the database is intact.</summary>
    Task<List<string>> CheckIntegrityAsync(MarketDb db, CancellationToken cancellationToken);

    /// <summary>Requests that erased content also leaves the engine's log, in the background.</summary>
    void PurgeErasedContent();

    /// <summary>
    /// Finds the messages in a user's rooms that contain all the terms, compared by their <see cref="SearchKey"/>. Removed messages are
    /// not found.
    /// </summary>
    /// <param name="terms">The search terms; at least one, none blank, each <see cref="PlainText.IsWellFormed">well-formed</see>.</param>
    /// <param name="before">A message id: only older messages are found.</param>
    /// <param name="limit">The maximum number of ids.</param>
    Task<MessageSearchPage> FindMessagesAsync(
        MarketDb db, int userId, IReadOnlyList<string> terms, long before, int limit, CancellationToken cancellationToken);
}

/// <summary>
/// A page of found messages: their ids, newest first. <see cref="NextCursor"/> is the id from which the next page continues; null at the
/// end.
/// </summary>
public sealed record MessageSearchPage(IReadOnlyList<long> Ids, long? NextCursor);

public static class DatabaseFailures
{
    /// <summary>
    /// Whether the storage failed rather than the app: the database is not available, or the disk is full or read-only. The operation was
    /// not executed and can be retried.
    /// </summary>
    public static bool IsStorageFailure(this IDatabaseEngine engine, Exception exception) => exception switch
    {
        _ when engine.IsTransientFailure(exception) => true,
        BadHttpRequestException => false, // Also an IOException, but about the network.
        IOException or UnauthorizedAccessException => true,
        { InnerException: { } inner } => engine.IsStorageFailure(inner),
        _ => false,
    };
}
