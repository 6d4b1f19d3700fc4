using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement;

namespace MarketChat.Infrastructure.Delivery;

/// <summary>
/// Long polling: a question with nothing to tell is held open until the bell rings, the wait ends, the asker leaves or the app stops.
/// With the flag off every question is answered at once, and the same pages poll plainly.
/// </summary>
public sealed class HeldPoll(Doorbell doorbell, IFeatureManager features, IOptions<DeliveryOptions> options,
    IHostApplicationLifetime lifetime)
{
    public const string Flag = "LongPolling";

    /// <summary>Seconds a page may ask to wait; 0 when polls are not held.</summary>
    public async Task<double> LongestWaitAsync() => await features.IsEnabledAsync(Flag) ? options.Value.WaitSeconds : 0;

    /// <summary>Waits until the bell rings, as long as the question asks and is allowed.</summary>
    /// <param name="bell">The number the asker has heard.</param>
    /// <param name="wait">In seconds.</param>
    public async Task WaitAsync(int userId, long bell, double wait, HttpContext question)
    {
        if (wait <= 0) return;
        var seconds = Math.Min(wait, await LongestWaitAsync());
        if (seconds <= 0) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(question.RequestAborted, lifetime.ApplicationStopping);
        await doorbell.WaitAsync(userId, bell, TimeSpan.FromSeconds(seconds), end.Token);
    }
}
