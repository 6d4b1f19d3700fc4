using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Holds polls that have nothing new until something changes for the user, the wait ends, the client leaves or the app stops. With the flag
/// off every poll is answered at once, and the same pages poll at an interval.
/// </summary>
public sealed class LongPolling(ChangeNotifier notifier, IFeatureManager features, IOptions<PollingOptions> options,
    IHostApplicationLifetime lifetime)
{
    public const string Flag = "LongPolling";

    /// <summary>The seconds that a page may ask to wait; 0 when polls are not held.</summary>
    public async Task<double> GetMaxWaitAsync() => await features.IsEnabledAsync(Flag) ? options.Value.WaitSeconds : 0;

    /// <summary>Waits until something changes for the user, as long as the client asks and is allowed.</summary>
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
