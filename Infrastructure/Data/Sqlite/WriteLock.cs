namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// A lock that admits one writer at a time, in the order of arrival. SQLite allows only one writer anyway; waiting here instead of at its
/// lock avoids SQLITE_BUSY and starvation.
/// </summary>
public sealed class WriteLock : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _semaphore = new(1, 1);

    /// <exception cref="WriteLockTimeoutException">
    /// The lock was not acquired within ten seconds, because a writer does not finish.
    /// </exception>
    public async Task<IDisposable> AcquireAsync(CancellationToken cancellationToken) =>
        await _semaphore.WaitAsync(Timeout, cancellationToken) ? new Releaser(_semaphore) : throw new WriteLockTimeoutException();

    public void Dispose() => _semaphore.Dispose();

    public sealed class WriteLockTimeoutException : Exception;

    private sealed class Releaser(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
