using System.Threading.Channels;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Empties the write-ahead log after something was erased for good: until then it can still be read there, though no longer in the
/// database. Whoever is reading just then keeps the log as it is, so it is tried until it worked; nobody waits for that, and nothing
/// fails by it, as the erasing itself is done.
/// </summary>
public sealed partial class WalCheckpointService(WriteLock gate, IServiceScopeFactory scopes, ILogger<WalCheckpointService> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _pending = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Empties it now if nobody is reading, else soon.</summary>
    public async Task CheckpointAsync()
    {
        if (!await TryCheckpointAsync(CancellationToken.None)) _pending.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _pending.Reader.ReadAllAsync(stoppingToken))
        {
            var pause = RetryDelay;
            do
            {
                await Task.Delay(pause, stoppingToken);
                pause = pause * 2 < MaxRetryDelay ? pause * 2 : MaxRetryDelay;
            }
            while (!await TryCheckpointAsync(stoppingToken));
        }
    }

    // With the turn to write, so that no writer is in the way, and none meets it at SQLite's lock.
    private async Task<bool> TryCheckpointAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            using var turn = await gate.AcquireAsync(cancellationToken);
            return await scope.ServiceProvider.GetRequiredService<MarketDb>().TryTruncateWalAsync(cancellationToken);
        }
        catch (Exception exception) when (exception.IsTransientStorageFailure())
        {
            LogTrouble(exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The write-ahead log could not be emptied, and will be later")]
    private partial void LogTrouble(Exception exception);
}
