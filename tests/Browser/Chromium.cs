using Microsoft.Playwright;

namespace MarketChat.Tests.Browser;

/// <summary>
/// The Chromium processes of a test run. Each process starts when a test first opens a page in it, and ends with the run. All browser tests
/// share them.
/// </summary>
public static class Chromium
{
    // Long, because a busy machine may take its time over a page. Waits that succeed early are not delayed by it.
    private const float ExpectTimeout = 30_000;
    private const string WholePath = "/usr/bin/chromium";
    private const string ShellPath = "/usr/bin/chromium-headless-shell";

    public static string Path { get; } = Environment.GetEnvironmentVariable("CHROMIUM") ?? WholePath;

    // The Playwright driver ends with this process and closes the browsers.
    private static readonly Lazy<Task<IPlaywright>> _playwright = new(Playwright.CreateAsync);
    private static readonly Lazy<Task<IBrowser>> _whole = new(() => Launch(Path));
    private static readonly Lazy<Task<IBrowser>> _shell =
        new(() => Path == WholePath && File.Exists(ShellPath) ? Launch(ShellPath) : Whole);

    /// <summary>The full browser, which can show notifications. Each context opens a window, which costs processor time.</summary>
    public static Task<IBrowser> Whole => _whole.Value;

    /// <summary>
    /// Chromium's headless shell, if installed: a context takes a fifth of the processor time. Otherwise the full browser.
    /// </summary>
    public static Task<IBrowser> Shell => _shell.Value;

    private static async Task<IBrowser> Launch(string path)
    {
        if (!File.Exists(path)) throw new InvalidOperationException($"There is no Chromium at {path}.");
        Assertions.SetDefaultExpectTimeout(ExpectTimeout);
        return await (await _playwright.Value).Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            // Without a graphics card, the GPU process only costs time.
            Args = ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-background-networking"],
        });
    }
}
