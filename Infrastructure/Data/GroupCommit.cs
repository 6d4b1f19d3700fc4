using System.Collections.Concurrent;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Lets small writes that wait for their turn at the same time share one transaction, and so one wait for the disk: whoever's turn comes
/// first does the work of all. Each is told that it is done only when it is on disk. ("Group commit", DeWitt et al., "Implementation
/// Techniques for Main Memory Database Systems", 1984.)
/// </summary>
public sealed class GroupCommit(WriteGate gate)
{
    private const int MostTogether = 64;

    private readonly ConcurrentQueue<Job> _waiting = new();

    /// <param name="db">The asker's own; should its turn come first, the others' work is done over it, too.</param>
    /// <param name="work">
    /// Statements only, nothing tracked: it may be done over another context, and once more when another's fails.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the waiting, not the work: what throws because of it has not been done, and will not be.
    /// </param>
    public async Task<T> RunAsync<T>(MarketDb db, Func<MarketDb, Task<T>> work, CancellationToken cancellationToken)
    {
        var job = new Job<T>(work);
        _waiting.Enqueue(job);
        try
        {
            using var turn = await gate.EnterAsync(cancellationToken);
            while (!job.Outcome.IsCompleted) await DoTogetherAsync(db, Take());
        }
        catch when (!job.TryToWithdraw())
        {
            // It is no use giving up: somebody has taken the work along, and what comes of it is what counts.
        }

        return await job.Outcome;
    }

    private List<Job> Take()
    {
        var jobs = new List<Job>();
        while (jobs.Count < MostTogether && _waiting.TryDequeue(out var job))
        {
            if (job.TryToTake()) jobs.Add(job);
        }

        return jobs;
    }

    // A failure undoes what was done with it, so the others are done again without the one that failed.
    private static async Task DoTogetherAsync(MarketDb db, List<Job> jobs)
    {
        while (jobs.Count > 0)
        {
            Job? at = null;
            try
            {
                await db.CommitAsync(
                    async _ =>
                    {
                        foreach (var job in jobs) await (at = job).DoAsync(db);
                        at = null;
                        return jobs.Count;
                    },
                    CancellationToken.None); // Of those who wait, one may give up; the others go on.
                jobs.ForEach(job => job.Succeed());
                return;
            }
            catch (Exception exception) when (at is not null)
            {
                at.Fail(exception);
                jobs.Remove(at);
            }
            catch (Exception exception)
            {
                jobs.ForEach(job => job.Fail(exception)); // The commit itself.
                return;
            }
        }
    }

    private abstract class Job
    {
        private const int Waiting = 0, Taken = 1, Withdrawn = 2;

        private int _state;

        public bool TryToTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

        /// <summary>False when it is being done already, or is done.</summary>
        public bool TryToWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting;

        public abstract Task DoAsync(MarketDb db);

        public abstract void Succeed();

        public abstract void Fail(Exception exception);
    }

    private sealed class Job<T>(Func<MarketDb, Task<T>> work) : Job
    {
        private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Outcome => _outcome.Task;

        public override async Task DoAsync(MarketDb db) => _result = await work(db);

        public override void Succeed() => _outcome.SetResult(_result);

        public override void Fail(Exception exception) => _outcome.SetException(exception);
    }
}
