namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Lets one writer in at a time, in the order they came. SQLite has one writer anyway; waiting here instead of at its lock means
/// that no one is ever told SQLITE_BUSY and no one starves.
/// </summary>
public sealed class WriteLock : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _semaphore = new(1, 1);

    /// <exception cref="WriteLockTimeoutException">The turn did not come in ten seconds: whoever is writing cannot finish.</exception>
    public async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken) =>
        await _semaphore.WaitAsync(Timeout, cancellationToken) ? new Releaser(_semaphore) : throw new WriteLockTimeoutException();

    public void Dispose() => _semaphore.Dispose();

    public sealed class WriteLockTimeoutException : Exception;

    private sealed class Releaser(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
