namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Lets one writer in at a time, in the order they came. SQLite has one writer anyway; waiting here instead of at its lock means
/// that no one is ever told SQLITE_BUSY and no one starves.
/// </summary>
public sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
