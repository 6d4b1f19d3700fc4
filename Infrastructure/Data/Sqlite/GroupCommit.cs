using System.Collections.Concurrent;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Lets small writes that wait for their turn at the same time share one transaction, and so one wait for the disk: whoever's turn comes
/// first does the work of all. Each is told that it is done only when it is on disk. ("Group commit", DeWitt et al., "Implementation
/// Techniques for Main Memory Database Systems", 1984.)
/// </summary>
public sealed class GroupCommit(WriteLock gate)
{
    private const int MaxBatchSize = 64;

    private readonly ConcurrentQueue<PendingWrite> _waiting = new();

    /// <param name="db">The asker's own; should its turn come first, the others' work is done over it, too.</param>
    /// <param name="work">
    /// Statements only, nothing tracked: it may be done over another context, and once more when another's fails.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the waiting, not the work: what throws because of it has not been done, and will not be.
    /// </param>
    public async Task<T> RunAsync<T>(MarketDb db, Func<MarketDb, Task<T>> work, CancellationToken cancellationToken)
    {
        var job = new PendingWrite<T>(work);
        _waiting.Enqueue(job);
        try
        {
            using var turn = await gate.AcquireAsync(cancellationToken);
            while (!job.Outcome.IsCompleted) await ExecuteBatchAsync(db, DequeueBatch());
        }
        catch when (!job.TryCancel())
        {
            // It is no use giving up: somebody has taken the work along, and what comes of it is what counts.
        }

        return await job.Outcome;
    }

    private List<PendingWrite> DequeueBatch()
    {
        var jobs = new List<PendingWrite>();
        while (jobs.Count < MaxBatchSize && _waiting.TryDequeue(out var job))
        {
            if (job.TryClaim()) jobs.Add(job);
        }

        return jobs;
    }

    // A failure undoes what was done with it, so the others are done again without the one that failed.
    private static async Task ExecuteBatchAsync(MarketDb db, List<PendingWrite> jobs)
    {
        while (jobs.Count > 0)
        {
            PendingWrite? at = null;
            try
            {
                await db.ExecuteInTransactionCoreAsync(
                    async _ =>
                    {
                        foreach (var job in jobs) await (at = job).ExecuteAsync(db);
                        at = null;
                        return jobs.Count;
                    },
                    CancellationToken.None); // Of those who wait, one may give up; the others go on.
                jobs.ForEach(job => job.Complete());
                return;
            }
            catch (Exception exception) when (at is not null)
            {
                at.SetException(exception);
                jobs.Remove(at);
            }
            catch (Exception exception)
            {
                jobs.ForEach(job => job.SetException(exception)); // The commit itself.
                return;
            }
        }
    }

    private abstract class PendingWrite
    {
        private const int Waiting = 0, Claimed = 1, Cancelled = 2;

        private int _state;

        public bool TryClaim() => Interlocked.CompareExchange(ref _state, Claimed, Waiting) == Waiting;

        /// <summary>False when it is being done already, or is done.</summary>
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
