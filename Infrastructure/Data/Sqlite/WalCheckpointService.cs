namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>
/// Truncates the write-ahead log after content was erased: until then the erased content can be read in the log, though no longer in the
/// database. Readers can block the truncation, so the service retries until it succeeds. Requests do not wait for it.
/// </summary>
public sealed partial class WalCheckpointService(SqliteEngine engine, IServiceScopeFactory scopes, ILogger<WalCheckpointService> logger)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in engine.CheckpointRequests.ReadAllAsync(stoppingToken))
        {
            for (var delay = RetryDelay; !await TryCheckpointAsync(stoppingToken); delay *= 2)
            {
                await Task.Delay(delay < MaxRetryDelay ? delay : MaxRetryDelay, stoppingToken);
            }

            await Task.Delay(RetryDelay, stoppingToken); // Leaves the write lock to others between checkpoints.
        }
    }

    // Holds the write lock, so that no writer blocks the checkpoint or waits for it at SQLite's own lock.
    private async Task<bool> TryCheckpointAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            using var held = await engine.WriteLock.AcquireAsync(cancellationToken);
            return await scope.ServiceProvider.GetRequiredService<MarketDb>().TryTruncateWalAsync(cancellationToken);
        }
        catch (Exception exception) when (engine.IsStorageFailure(exception))
        {
            LogFailure(exception);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The write-ahead log could not be truncated; the next attempt follows")]
    private partial void LogFailure(Exception exception);
}
