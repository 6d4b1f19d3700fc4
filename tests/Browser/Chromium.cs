using System.Collections.Concurrent;
using System.Reflection;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace MarketChat.Tests.Browser;

/// <summary>One Chromium for all browser tests; each person in a test gets a context of their own, as if on their own device.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // A machine that has other work, too, may take its time over a page. Who waits for what comes at once loses nothing by it.
    private const float Patience = 30_000;

    private static readonly ConcurrentQueue<IBrowserContext> _devices = new();

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static string Path { get; } = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    public async Task InitializeAsync()
    {
        if (!File.Exists(Path)) return; // Then the tests are skipped, or fail with CI=true when they ask for a page.
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>A device on which nobody has signed in.</summary>
    public Task<IPage> Device(
        LiveHost host, string locale = "ko-KR", int width = 390, int height = 780, ColorScheme scheme = ColorScheme.Light, bool scripts = true) =>
        Device(host.Url, locale, width, height, scheme, scripts);

    public async Task<IPage> Device(
        string url, string locale = "ko-KR", int width = 390, int height = 780, ColorScheme scheme = ColorScheme.Light, bool scripts = true)
    {
        var browser = _browser ?? throw new InvalidOperationException($"There is no Chromium at {Path}.");
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = url,
            Locale = locale,
            TimezoneId = "Asia/Seoul",
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            JavaScriptEnabled = scripts,
        });
        _devices.Enqueue(context);
        return await context.NewPageAsync();
    }

    /// <summary>Puts away the devices of the test that is over: their pages would go on polling until all tests are.</summary>
    public static async Task PutAwayDevices()
    {
        while (_devices.TryDequeue(out var device)) await device.CloseAsync();
    }
}

[CollectionDefinition(Name)]
[PutsAwayDevices]
public sealed class BrowserTests : ICollectionFixture<Chromium>, ICollectionFixture<LiveHost>
{
    public const string Name = "browser";
}

[AttributeUsage(AttributeTargets.Class)]
public sealed class PutsAwayDevicesAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest) => Chromium.PutAwayDevices().GetAwaiter().GetResult();
}
