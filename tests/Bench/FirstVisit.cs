using System.Globalization;
using Microsoft.Playwright;

namespace MarketChat.Bench;

/// <summary>Measures a first visit to a room of twenty messages in Chromium with a cold cache: bytes, requests and layout shift.</summary>
public static class FirstVisit
{
    private const int MaxBytes = 60 * 1024, MaxRequests = 12;

    public static async Task AddAsync(Report report, string published, string work)
    {
        var storage = Path.Combine(work, "visit");
        int room;
        using (var builder = await DatasetBuilder.CreateAsync(published, storage, users: 3, products: 3))
        {
            room = builder.AddRoom(buyer: 2, product: 1, messages: 20);
        }

        using var app = await AppFiles.StartAsync(published, storage);
        var path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 390, Height = 780 } });
        var cookie = new BenchUsers(storage).CookieOf(2).Split('=', 2);
        await context.AddCookiesAsync([new Cookie { Name = cookie[0], Value = cookie[1], Url = $"http://127.0.0.1:{app.Port}" }]);
        var page = await context.NewPageAsync();

        var devTools = await context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Network.enable");
        var (requests, bytes) = (new List<string>(), 0.0);
        devTools.Event("Network.requestWillBeSent").OnEvent += (_, e) =>
            requests.Add(e!.Value.GetProperty("request").GetProperty("url").GetString()!);
        devTools.Event("Network.loadingFinished").OnEvent += (_, e) => bytes += e!.Value.GetProperty("encodedDataLength").GetDouble();
        await page.AddInitScriptAsync("""
            window.shift = 0;
            new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) window.shift += e.value; })
              .observe({ type: 'layout-shift', buffered: true });
            """);
        await page.GotoAsync($"http://127.0.0.1:{app.Port}/chat/{room}", new() { WaitUntil = WaitUntilState.Load });
        await page.WaitForTimeoutAsync(2_000);

        // The held poll belongs to the open room, not to the visit.
        var visit = requests.Where(url => !url.Contains("handler=Messages", StringComparison.Ordinal)).ToList();
        var shift = await page.EvaluateAsync<double>("window.shift");
        report.Add(new("12", "first visit to a room of 20 messages, cold cache", null,
            string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KB, {visit.Count} requests, layout shift {shift:0.###}"),
            "at most 60 KB, 12 requests, no layout shift", bytes <= MaxBytes && visit.Count <= MaxRequests && shift < 0.001));
        foreach (var url in visit) Console.Error.WriteLine($"   {new Uri(url).PathAndQuery}");
    }
}
