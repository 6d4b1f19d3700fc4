using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser.Modules;

public sealed class BadgeTests(KestrelHost host) : ModuleTest(host)
{
    private static string? _markup;

    [BrowserFact]
    public async Task It_shows_the_number_and_says_what_it_counts()
    {
        var page = await Open();

        await Show(page, 3);

        await Expect(Badge(page)).ToHaveTextAsync("3");
        await Expect(Badge(page)).ToHaveAttributeAsync("aria-label", "안 읽은 채팅 3개");
        await Expect(Badge(page)).ToHaveClassAsync("badge");
    }

    [BrowserFact]
    public async Task It_is_absent_at_zero()
    {
        var page = await Open();
        await Show(page, 0);
        await Expect(Badge(page)).ToHaveCountAsync(0);
        await Show(page, 1);

        await Show(page, 0);

        await Expect(Badge(page)).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task It_counts_no_further_than_99()
    {
        var page = await Open();

        await Show(page, 99);
        await Expect(Badge(page)).ToHaveTextAsync("99");
        await Show(page, 100);

        await Expect(Badge(page)).ToHaveTextAsync("99+");
        await Expect(Badge(page)).ToHaveAttributeAsync("aria-label", "안 읽은 채팅 99+개");
    }

    [BrowserFact]
    public async Task The_badge_of_the_server_is_the_one_that_changes()
    {
        var page = await Open();
        await Show(page, 3);
        await Badge(page).EvaluateAsync("badge => { badge.mark = true; }");

        await Show(page, 4);

        await Expect(Badge(page)).ToHaveTextAsync("4");
        await Expect(Badge(page)).ToHaveAttributeAsync("aria-label", "안 읽은 채팅 4개");
        (await Badge(page).EvaluateAsync<bool>("badge => badge.mark === true")).ShouldBeTrue();
    }

    [BrowserFact]
    public async Task It_asks_with_the_last_version_it_received_and_publishes_changes()
    {
        var page = await Open();
        var queries = new List<string>();
        await page.RouteAsync("**/badge?**", async route =>
        {
            queries.Add(new Uri(route.Request.Url).Query);
            if (queries.Count == 2) await route.FulfillAsync(new() { Status = 204 });
            else await route.FulfillAsync(
                new() { ContentType = "application/json",
                    Body = $$"""{"unreadRooms": {{queries.Count}}, "version": {{queries.Count * 10}}}""" });
        });
        await StopTheClock(page);
        await CountAnswers(page);
        await page.EvaluateAsync(
            "() => Object.assign(document.querySelector('[data-badge-slot]').dataset, { pollSeconds: 2, waitSeconds: 0 })");
        await page.EvaluateAsync("""
            async () => {
              window.news = [];
              (await import('/js/room-events.js')).subscribe(heard => news.push(heard.version));
              (await import('/js/badge.js')).startBadge();
            }
            """);

        await Expect(Badge(page)).ToHaveTextAsync("1");
        await page.Clock.RunForAsync(2000);
        await Until(page, "answers.join() === '200,204'");
        await Expect(Badge(page)).ToHaveTextAsync("1");
        await page.Clock.RunForAsync(2000);
        await Expect(Badge(page)).ToHaveTextAsync("3");

        queries.ShouldBe(["?version=&wait=0", "?version=10&wait=0", "?version=10&wait=0"]);
        (await page.EvaluateAsync<int[]>("() => news")).ShouldBe([10, 30]);
    }

    [BrowserFact]
    public async Task In_a_room_it_only_listens_to_what_the_rooms_poll_brings()
    {
        var page = await Open("<main data-room></main>");
        var asked = 0;
        await page.RouteAsync("**/badge?**", route =>
        {
            asked++;
            return route.FulfillAsync(new() { Status = 204 });
        });

        await StopTheClock(page);
        await page.EvaluateAsync("""
            async () => {
              (await import('/js/badge.js')).startBadge();
              (await import('/js/room-events.js')).publish({ unreadRooms: 5, version: 1 });
            }
            """);
        await page.Clock.RunForAsync(10_000);

        await Expect(Badge(page)).ToHaveTextAsync("5");
        asked.ShouldBe(0);
    }

    [BrowserFact]
    public async Task Where_nobody_has_signed_in_there_is_nothing_to_keep()
    {
        var page = await Blank();

        await page.EvaluateAsync("async () => (await import('/js/badge.js')).startBadge()");

        await Expect(Badge(page)).ToHaveCountAsync(0);
    }

    private async Task<IPage> Open(string more = "")
    {
        _markup ??= await Markup(await Host.SignedIn("bob"), "/", "[data-badge-slot]");
        return await Blank(_markup + more);
    }

    private static ILocator Badge(IPage page) => page.Locator("[data-badge]");

    private static async Task Show(IPage page, int count) => await page.EvaluateAsync("""
        async count => (await import('/js/badge.js')).showBadge(document.querySelector('[data-badge-slot]'), count)
        """, count);
}
