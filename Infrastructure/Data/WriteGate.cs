namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Lets one writer in at a time, in the order they came. SQLite has one writer anyway; waiting here instead of at its lock means
/// that no one is ever told SQLITE_BUSY and no one starves.
/// </summary>
public sealed class WriteGate : IDisposable
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <exception cref="CrowdedException">The turn did not come in ten seconds: whoever is writing cannot finish.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken) =>
        await _turn.WaitAsync(_longestWait, cancellationToken) ? new Turn(_turn) : throw new CrowdedException();

    public void Dispose() => _turn.Dispose();

    public sealed class CrowdedException : Exception;

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
