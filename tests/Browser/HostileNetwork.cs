using Microsoft.Playwright;

namespace MarketChat.Tests.Browser;

/// <summary>
/// A train through tunnels: of what a page's script asks, a fifth never reaches the server, a fifth is answered into the void after
/// the server has done its part, and everything takes up to three seconds (most much less). The pages themselves load.
/// Delays and the timers of the page run ten times as fast as in the world, so that their ratios hold and nobody waits for them.
/// </summary>
public sealed class HostileNetwork(int seed)
{
    private const double LostRequests = 0.2;
    private const double LostAnswers = 0.2;
    private const double LongestDelay = 3_000;

    private readonly Random _random = new(seed);

    public int Lost { get; private set; }

    /// <summary>Puts this network between the page and its server, from now on.</summary>
    public async Task Between(IPage page)
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
        await Task.Delay(delay); // The network's delay, not the test's.
        try
        {
            if (fate < LostRequests)
            {
                await route.AbortAsync("connectionfailed");
            }
            else if (fate < LostRequests + LostAnswers)
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
            // The page has left or given up, or the server is down: lost all the same.
            await TryAbort(route.AbortAsync());
        }
    }

    private (double Fate, int Delay) NextFate()
    {
        lock (_random)
        {
            var fate = _random.NextDouble();
            if (fate < LostRequests + LostAnswers) Lost++;
            return (fate, (int)(LongestDelay / BrowserSteps.TimeScale * Math.Pow(_random.NextDouble(), 8)));
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
            // It was over already.
        }
    }
}
