namespace MarketChat.Features.Chat.Photos;

/// <summary>Sweeps the parts of messages that never came about, when the app starts and then every hour.</summary>
public sealed class PartsSweeper(PhotoParts parts, TimeProvider time, ILogger<PartsSweeper> log) : BackgroundService
{
    private static readonly TimeSpan _pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_pause, time);
        do Sweep();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Trouble with the disk ends nothing: the next hour sweeps again.
    private void Sweep()
    {
        try
        {
            parts.Sweep();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(exception, "Left-over uploads could not be swept");
        }
    }
}
