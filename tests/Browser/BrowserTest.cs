using System.Collections.Concurrent;
using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser;

/// <summary>
/// Base class of the tests in a real browser. Each user in a test gets a separate browser context, as on a separate device. The contexts
/// are closed at the end of the test, because their pages would go on polling. Test classes run in parallel.
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

    /// <summary>Opens a page in a new browser context, signed in as <paramref name="person"/>, or signed out if null.</summary>
    protected Task<IPage> Device(
        KestrelHost host, TestBrowser? person = null, int width = 390, int height = 780, ColorScheme scheme = ColorScheme.Light,
        bool scripts = true, bool touch = false, string zone = "Asia/Seoul", string? userAgent = null) =>
        Device(host.Url, person, width, height, scheme, scripts, touch, zone, userAgent);

    protected async Task<IPage> Device(
        string url, TestBrowser? person = null, int width = 390, int height = 780, ColorScheme scheme = ColorScheme.Light,
        bool scripts = true, bool touch = false, string zone = "Asia/Seoul", string? userAgent = null)
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
            UserAgent = userAgent,
        });
        _devices.Add(context);
        if (person is not null) await context.AddCookiesAsync(CookiesOf(person, url));
        return await context.NewPageAsync();
    }

    protected static IEnumerable<Cookie> CookiesOf(TestBrowser person, string url) =>
        person.Cookies.GetAllCookies().Select(cookie => new Cookie
    {
        Name = cookie.Name,
        Value = cookie.Value,
        Url = url,
        HttpOnly = cookie.HttpOnly,
        SameSite = SameSiteAttribute.Lax,
    });
}
