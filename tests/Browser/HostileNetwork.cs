using Microsoft.Playwright;

namespace MarketChat.Tests.Browser;

/// <summary>
/// Simulates an unreliable network: a fifth of the script's requests never reach the server, a fifth of the responses are lost after the
/// server has processed the request, and each request is delayed by up to three seconds (most by much less). Page loads are not affected.
/// Delays and the timers of the page run ten times as fast as in reality, which keeps their ratios and the test short.
/// </summary>
public sealed class HostileNetwork(int seed)
{
    private const double LostRequests = 0.2;
    private const double LostResponses = 0.2;
    private const double MaxDelay = 3_000;

    private readonly Random _random = new(seed);

    public int Lost { get; private set; }

    /// <summary>Routes the page's requests through this network from now on.</summary>
    public async Task AttachTo(IPage page)
    {
        await page.SpeedUpTimers();
        await page.RouteAsync("**/*", HandleRoute);
    }

    private async Task HandleRoute(IRoute route)
    {
        if (route.Request.ResourceType is not ("fetch" or "xhr"))
        {
            await route.ContinueAsync();
            return;
        }

        var (fate, delay) = NextFate();
        await Task.Delay(delay); // Simulates network latency; the test waits for nothing here.
        try
        {
            if (fate < LostRequests)
            {
                await route.AbortAsync("connectionfailed");
            }
            else if (fate < LostRequests + LostResponses)
            {
                await route.FetchAsync(new() { Timeout = 5_000 / BrowserSteps.TimeScale });
                await route.AbortAsync("connectionreset");
            }
            else
            {
                await route.ContinueAsync();
            }
        }
        catch (PlaywrightException)
        {
            // The page has navigated or cancelled, or the server is down: the request is lost either way.
            await TryAbort(route.AbortAsync());
        }
    }

    private (double Fate, int Delay) NextFate()
    {
        lock (_random)
        {
            var fate = _random.NextDouble();
            if (fate < LostRequests + LostResponses) Lost++;
            return (fate, (int)(MaxDelay / BrowserSteps.TimeScale * Math.Pow(_random.NextDouble(), 8)));
        }
    }

    private static async Task TryAbort(Task abort)
    {
        try
        {
            await abort;
        }
        catch (PlaywrightException)
        {
            // The request has already ended.
        }
    }
}
