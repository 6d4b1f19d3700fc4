using System.Collections.Concurrent;
using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser;

/// <summary>
/// Base class of the tests in a real browser. Each person in a test gets a browser context of their own, as if on their own device. The
/// contexts are closed when the test is over, because their pages would go on polling. Classes run side by side.
/// </summary>
[Trait("Category", "Slow")]
public abstract class BrowserTest : IAsyncLifetime
{
    private readonly ConcurrentBag<IBrowserContext> _devices = [];

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var device in _devices) await device.CloseAsync();
    }

    protected virtual Task<IBrowser> Browser => Chromium.Shell;

    /// <summary>A page on a device of its own, where <paramref name="person"/> is signed in, or nobody.</summary>
    protected Task<IPage> Device(
        KestrelHost host, TestBrowser? person = null, int width = 390, int height = 780, ColorScheme scheme = ColorScheme.Light,
        bool scripts = true, bool touch = false, string zone = "Asia/Seoul") =>
        Device(host.Url, person, width, height, scheme, scripts, touch, zone);

    protected async Task<IPage> Device(
        string url, TestBrowser? person = null, int width = 390, int height = 780, ColorScheme scheme = ColorScheme.Light,
        bool scripts = true, bool touch = false, string zone = "Asia/Seoul")
    {
        var context = await (await Browser).NewContextAsync(new()
        {
            BaseURL = url,
            Locale = "ko-KR",
            TimezoneId = zone,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            JavaScriptEnabled = scripts,
            HasTouch = touch,
            IsMobile = touch,
        });
        _devices.Add(context);
        if (person is not null) await context.AddCookiesAsync(CookiesOf(person, url));
        return await context.NewPageAsync();
    }

    private static IEnumerable<Cookie> CookiesOf(TestBrowser person, string url) =>
        person.Cookies.GetAllCookies().Select(cookie => new Cookie
    {
        Name = cookie.Name,
        Value = cookie.Value,
        Url = url,
        HttpOnly = cookie.HttpOnly,
        SameSite = SameSiteAttribute.Lax,
    });
}
