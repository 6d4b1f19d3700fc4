using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication;
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

    /// <summary>
    /// The maximum number of polls that are held for one browser; a further one is answered at once. Tabs share one poll where the browser
    /// lets them. Elsewhere this leaves some of the six connections that a browser opens to an HTTP/1.1 server for other requests.
    /// </summary>
    public const int MaxHeldPerBrowser = 3;

    private readonly ConcurrentDictionary<(int UserId, DateTimeOffset? SignedInAt), int> _held = new();

    /// <summary>Returns the maximum wait of a poll in seconds; 0 if polls are not held.</summary>
    public async Task<double> GetMaxWaitAsync() => await features.IsEnabledAsync(Flag) ? options.Value.WaitSeconds : 0;

    /// <summary>Waits until something changes for the user, for at most as long as the client asked for and the settings allow.</summary>
    /// <param name="wait">The time that the client asked for, in seconds.</param>
    public async Task WaitAsync(int userId, long version, double wait, HttpContext httpContext)
    {
        if (wait <= 0) return;
        var seconds = Math.Min(wait, await GetMaxWaitAsync());
        if (seconds <= 0) return;
        var browser = (userId, GetSignInTime(httpContext));
        try
        {
            if (_held.AddOrUpdate(browser, 1, (_, held) => held + 1) > MaxHeldPerBrowser) return;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, lifetime.ApplicationStopping);
            await notifier.WaitAsync(userId, version, TimeSpan.FromSeconds(seconds), stop.Token);
        }
        finally
        {
            _held.AddOrUpdate(browser, 0, (_, held) => held - 1);
            _held.TryRemove(KeyValuePair.Create(browser, 0));
        }
    }

    // Tells a user's browsers apart: they share a session cookie only within a browser.
    private static DateTimeOffset? GetSignInTime(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.IssuedUtc;
}
