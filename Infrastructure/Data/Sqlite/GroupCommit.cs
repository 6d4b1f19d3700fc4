using System.Collections.Concurrent;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Executes small writes that wait for the write lock at the same time in one transaction, so that they share one disk sync. The first
/// caller that gets the lock executes the writes of all. Each write completes only when it is on disk. ("Group commit", DeWitt et al.,
/// "Implementation Techniques for Main Memory Database Systems", 1984.)
/// </summary>
public sealed class GroupCommit(WriteLock writeLock)
{
    private const int MaxBatchSize = 64;

    private readonly ConcurrentQueue<PendingWrite> _waiting = new();

    /// <inheritdoc cref="IDatabaseEngine.ExecuteInSharedTransactionAsync"/>
    /// <param name="db">The caller's context. If the caller gets the lock first, the other callers' writes use it, too.</param>
    public async Task<T> RunAsync<T>(MarketDb db, Func<MarketDb, Task<T>> work, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<T>(work);
        _waiting.Enqueue(write);
        try
        {
            using var held = await writeLock.AcquireAsync(cancellationToken);
            while (!write.Outcome.IsCompleted) await ExecuteBatchAsync(db, DequeueBatch());
        }
        catch when (!write.TryCancel())
        {
            // Too late to cancel: the write is already being executed, perhaps by another caller. Wait for its result.
        }

        return await write.Outcome;
    }

    private List<PendingWrite> DequeueBatch()
    {
        var batch = new List<PendingWrite>();
        while (batch.Count < MaxBatchSize && _waiting.TryDequeue(out var write))
        {
            if (write.TryClaim()) batch.Add(write);
        }

        return batch;
    }

    // A failed write rolls back the whole batch, so the batch is retried without that write.
    private static async Task ExecuteBatchAsync(MarketDb db, List<PendingWrite> batch)
    {
        while (batch.Count > 0)
        {
            PendingWrite? current = null;
            try
            {
                await SqliteEngine.ExecuteUnderLockAsync(
                    db,
                    async _ =>
                    {
                        foreach (var write in batch) await (current = write).ExecuteAsync(db);
                        current = null;
                        return batch.Count;
                    },
                    CancellationToken.None); // The cancellation of one caller must not abort the other writes.
                batch.ForEach(write => write.Complete());
                return;
            }
            catch (Exception exception) when (current is not null)
            {
                current.SetException(exception);
                batch.Remove(current);
            }
            catch (Exception exception)
            {
                batch.ForEach(write => write.SetException(exception)); // The commit failed.
                return;
            }
        }
    }

    private abstract class PendingWrite
    {
        private const int Waiting = 0, Claimed = 1, Cancelled = 2;

        private int _state;

        public bool TryClaim() => Interlocked.CompareExchange(ref _state, Claimed, Waiting) == Waiting;

        /// <returns>False if the write is being executed or is complete.</returns>
        public bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

        public abstract Task ExecuteAsync(MarketDb db);

        public abstract void Complete();

        public abstract void SetException(Exception exception);
    }

    private sealed class PendingWrite<T>(Func<MarketDb, Task<T>> work) : PendingWrite
    {
        private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Outcome => _outcome.Task;

        public override async Task ExecuteAsync(MarketDb db) => _result = await work(db);

        public override void Complete() => _outcome.SetResult(_result);

        public override void SetException(Exception exception) => _outcome.SetException(exception);
    }
}
