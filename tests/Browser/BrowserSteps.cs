using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>User actions in the browser.</summary>
public static class BrowserSteps
{
    /// <summary>The factor by which <see cref="SpeedUpTimers"/> shortens the page's timers.</summary>
    public const int TimeScale = 10;

    private static readonly string _axe = new BundledAxeScriptProvider().GetScript();

    private static readonly string _fastTimers = $$"""
        () => {
          if (window.hasFastTimers) return;
          window.hasFastTimers = true;
          const { setTimeout } = window;
          window.setTimeout = (work, wait = 0, ...more) => setTimeout(work, wait / {{TimeScale}}, ...more);
        }
        """;

    public static async Task<IPage> SignIn(this IPage page, string userName, string password = MarketHost.Password)
    {
        await page.GotoAsync("/account/sign-in");
        await page.FillAsync("[name=userName i]", userName);
        await page.FillAsync("[name=password i]", password);
        await page.PressAsync("[name=password i]", "Enter");
        await Expect(page).Not.ToHaveURLAsync(new Regex("sign-in")); // The next step waits for the page to load.
        return page;
    }

    public static async Task<IPage> Open(this IPage page, string url)
    {
        await page.GotoAsync(url);
        return page;
    }

    /// <summary>Opens a room and waits until its script runs: the first poll has been answered.</summary>
    public static async Task<IPage> OpenRoom(this IPage page, string url)
    {
        await page.RunAndWaitForResponseAsync(() => page.GotoAsync(url), "**handler=Messages**");
        return page;
    }

    /// <summary>
    /// Makes the page's timers, such as the delays between retries, run out <see cref="TimeScale"/> times as fast from now on.
    /// </summary>
    public static async Task<IPage> SpeedUpTimers(this IPage page)
    {
        await page.AddInitScriptAsync($"({_fastTimers})()"); // For the documents that are loaded later.
        await page.EvaluateAsync(_fastTimers);
        return page;
    }

    public static ILocator Composer(this IPage page) => page.Locator("[data-composer] textarea");

    public static ILocator Messages(this IPage page) => page.Locator("[data-messages] .message");

    public static ILocator Stored(this IPage page) => page.Locator("[data-messages] .message[data-message-id]");

    /// <summary>The texts of the messages on the page, in order.</summary>
    public static async Task<IReadOnlyList<string>> Texts(this IPage page) =>
        await page.Locator("[data-messages] [data-text]").AllTextContentsAsync();

    public static async Task Say(this IPage page, string text)
    {
        await page.Composer().FillAsync(text);
        await page.Composer().PressAsync("Enter");
    }

    public static Task ShouldSee(this IPage page, string text) =>
        Expect(page.Messages().Filter(new() { HasTextString = text })).ToBeVisibleAsync();

    /// <summary>
    /// The violations that axe finds on the page, as "rule: elements". Runs the axe script in the page itself: RunAxe of the package opens
    /// another browser context each time, which takes longer than the analysis.
    /// </summary>
    public static async Task<string[]> AxeViolations(this IPage page)
    {
        await page.EvaluateAsync(_axe);
        return await page.EvaluateAsync<string[]>("""
            async () => {
              const { violations } = await axe.run({ resultTypes: ['violations'] });
              return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target).join(', ')}`);
            }
            """);
    }
}
