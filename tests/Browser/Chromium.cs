using Microsoft.Playwright;

namespace MarketChat.Tests.Browser;

/// <summary>
/// The Chromium processes of a test run: each is started when a test first asks for a page in it, and ends with the run. All browser tests
/// share them.
/// </summary>
public static class Chromium
{
    // A machine that has other work, too, may take its time over a page. Who waits for what comes at once loses nothing by it.
    private const float Patience = 30_000;
    private const string WholePath = "/usr/bin/chromium";
    private const string ShellPath = "/usr/bin/chromium-headless-shell";

    public static string Path { get; } = Environment.GetEnvironmentVariable("CHROMIUM") ?? WholePath;

    // Its driver ends with this process, and ends them.
    private static readonly Lazy<Task<IPlaywright>> _playwright = new(Playwright.CreateAsync);
    private static readonly Lazy<Task<IBrowser>> _whole = new(() => Launch(Path));
    private static readonly Lazy<Task<IBrowser>> _shell =
        new(() => Path == WholePath && File.Exists(ShellPath) ? Launch(ShellPath) : Whole);

    /// <summary>The whole browser, which can show notifications. Every context costs it a window with all that belongs to one.</summary>
    public static Task<IBrowser> Whole => _whole.Value;

    /// <summary>
    /// Chromium's headless shell where it is installed, to which a context costs a fifth of the processor time; or the whole browser.
    /// </summary>
    public static Task<IBrowser> Shell => _shell.Value;

    private static async Task<IBrowser> Launch(string path)
    {
        if (!File.Exists(path)) throw new InvalidOperationException($"There is no Chromium at {path}.");
        Assertions.SetDefaultExpectTimeout(Patience);
        return await (await _playwright.Value).Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            // Without a graphics card its process only costs.
            Args = ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-background-networking"],
        });
    }
}
