using System.Threading.Channels;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Empties the write-ahead log after something was erased for good: until then the erased content can be read in the log, though no
/// longer in the database. A reader keeps the log in use, so the service retries until it succeeds. No request waits for it.
/// </summary>
public sealed partial class WalCheckpointService(WriteLock gate, IServiceScopeFactory scopes, ILogger<WalCheckpointService> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _pending = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Has the log emptied soon, in the background. Requests that come in a short time share one checkpoint.</summary>
    public void RequestCheckpoint() => _pending.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _pending.Reader.ReadAllAsync(stoppingToken))
        {
            for (var delay = RetryDelay; !await TryCheckpointAsync(stoppingToken); delay *= 2)
            {
                await Task.Delay(delay < MaxRetryDelay ? delay : MaxRetryDelay, stoppingToken);
            }

            await Task.Delay(RetryDelay, stoppingToken); // A checkpoint has the write lock: many removals in a row must not take it all.
        }
    }

    // With the write lock, so that no writer is in the way, and none meets the checkpoint at SQLite's own lock.
    private async Task<bool> TryCheckpointAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            using var held = await gate.AcquireAsync(cancellationToken);
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
