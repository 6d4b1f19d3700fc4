using MarketChat.Infrastructure.Identity;
using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Delivery;

/// <summary>
/// Long polling: a question with nothing to tell is held open until the bell rings, the wait ends, the asker leaves or the app stops.
/// With the flag off every question is answered at once, and the same pages poll plainly.
/// </summary>
public sealed class HeldPoll(
    Doorbell doorbell, IFeatureManager features, IOptions<DeliveryOptions> options, IHostApplicationLifetime lifetime, IHttpContextAccessor http)
{
    public const string Flag = "LongPolling";

    /// <summary>Seconds a page may ask to wait; 0 when polls are not held.</summary>
    public async Task<double> LongestWaitAsync() => await features.IsEnabledAsync(Flag) ? options.Value.WaitSeconds : 0;

    /// <param name="bell">The number the asker has heard.</param>
    /// <param name="wait">Seconds the asker would wait.</param>
    public async Task WaitAsync(long bell, double wait)
    {
        var seconds = Math.Min(wait, await LongestWaitAsync());
        if (seconds <= 0 || http.HttpContext is not { } context) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await doorbell.WaitAsync(context.User.Id(), bell, TimeSpan.FromSeconds(seconds), end.Token);
    }
}
