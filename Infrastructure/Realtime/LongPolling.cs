using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Holds polls that have nothing new until something changes for the user, the wait ends, the client disconnects or the app stops. While
/// the flag is off, every poll is answered at once, and pages poll at an interval.
/// </summary>
public sealed class LongPolling(ChangeNotifier notifier, IFeatureManager features, IOptions<PollingOptions> options,
    IHostApplicationLifetime lifetime)
{
    public const string Flag = "LongPolling";

    /// <summary>Returns the maximum wait of a poll in seconds; 0 if polls are not held.</summary>
    public async Task<double> GetMaxWaitAsync() => await features.IsEnabledAsync(Flag) ? options.Value.WaitSeconds : 0;

    /// <summary>Waits until something changes for the user, for at most as long as the client asked for and the settings allow.</summary>
    /// <param name="wait">The time that the client asked for, in seconds.</param>
    public async Task WaitAsync(int userId, long version, double wait, HttpContext httpContext)
    {
        if (wait <= 0) return;
        var seconds = Math.Min(wait, await GetMaxWaitAsync());
        if (seconds <= 0) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, lifetime.ApplicationStopping);
        await notifier.WaitAsync(userId, version, TimeSpan.FromSeconds(seconds), stop.Token);
    }
}
