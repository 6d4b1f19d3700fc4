using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Long polling: a question with nothing to tell is held open until the version rings, the wait ends, the asker leaves or the app stops.
/// With the flag off every question is answered at once, and the same pages poll plainly.
/// </summary>
public sealed class LongPolling(ChangeNotifier notifier, IFeatureManager features, IOptions<PollingOptions> options,
    IHostApplicationLifetime lifetime)
{
    public const string Flag = "LongPolling";

    /// <summary>Seconds a page may ask to wait; 0 when polls are not held.</summary>
    public async Task<double> GetMaxWaitAsync() => await features.IsEnabledAsync(Flag) ? options.Value.WaitSeconds : 0;

    /// <summary>Waits until the version rings, as long as the question asks and is allowed.</summary>
    /// <param name="version">The number the asker has heard.</param>
    /// <param name="wait">In seconds.</param>
    public async Task WaitAsync(int userId, long version, double wait, HttpContext httpContext)
    {
        if (wait <= 0) return;
        var seconds = Math.Min(wait, await GetMaxWaitAsync());
        if (seconds <= 0) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, lifetime.ApplicationStopping);
        await notifier.WaitAsync(userId, version, TimeSpan.FromSeconds(seconds), end.Token);
    }
}
