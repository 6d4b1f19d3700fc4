using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>What people do in the browser, in their words.</summary>
public static class BrowserSteps
{
    /// <summary>How many times as fast as usual hurried timers run out.</summary>
    public const int TimeScale = 10;

    private static readonly string _axe = new BundledAxeScriptProvider().GetScript();

    private static readonly string _hurriedTimers = $$"""
        () => {
          if (window.isInAHurry) return;
          window.isInAHurry = true;
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
        await Expect(page).Not.ToHaveURLAsync(new Regex("sign-in")); // Whether the page behind has loaded is for the next step to wait for.
        return page;
    }

    public static async Task<IPage> Open(this IPage page, string url)
    {
        await page.GotoAsync(url);
        return page;
    }

    /// <summary>
    /// Opens a room, and waits until its script is at work: it has asked for the first time what is new, and has the answer.
    /// </summary>
    public static async Task<IPage> OpenRoom(this IPage page, string url)
    {
        await page.RunAndWaitForResponseAsync(() => page.GotoAsync(url), "**handler=Messages**");
        return page;
    }

    /// <summary>From here on the timers of the page, such as those between one try and the next, run out ten times as fast.</summary>
    public static async Task<IPage> SpeedUpTimers(this IPage page)
    {
        await page.AddInitScriptAsync($"({_hurriedTimers})()"); // For the documents to come.
        await page.EvaluateAsync(_hurriedTimers);
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
    /// What axe finds wrong with the page, "rule: elements". Its script runs in the page alone; RunAxe of its package opens one more
    /// browser context each time, which takes longer than the search.
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
