using System.Collections.Concurrent;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Chat.Search;

public sealed class SearchInBrowserTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    [BrowserFact]
    public async Task Results_come_as_one_types_and_the_address_carries_the_words()
    {
        var (page, talk) = await OpenList();
        await talk.Send(talk.Buyer, "혹시 직거래 되나요?");

        await Box(page).PressSequentiallyAsync("직거래");

        await Expect(Found(page)).ToHaveCountAsync(1);
        await Expect(Found(page).Locator("mark")).ToHaveTextAsync("직거래");
        await Expect(Summary(page)).ToHaveTextAsync("채팅 0개, 메시지 1개");
        await Expect(page.Locator("[data-room-list]")).ToBeHiddenAsync();
        page.Url.ShouldEndWith($"/chat/search?q={Uri.EscapeDataString("직거래")}");

        await page.ReloadAsync();
        await Expect(Box(page)).ToHaveValueAsync("직거래");
        await Expect(Found(page)).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task Escape_clears_the_search_and_the_list_is_there_and_current()
    {
        var (page, talk) = await OpenList();
        await Box(page).FillAsync("없는 말");
        await Expect(Summary(page)).ToHaveTextAsync("‘없는 말’에 맞는 대화가 없어요.");
        await talk.Send(talk.Buyer, "검색하는 사이에");
        await Expect(page.Locator("[data-room-list] [data-preview]")).ToHaveTextAsync("검색하는 사이에");

        await Box(page).PressAsync("Escape");

        await Expect(page.Locator("[data-room-list]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-room-list] [data-preview]")).ToBeVisibleAsync();
        await Expect(Box(page)).ToHaveValueAsync("");
        await Expect(Box(page)).ToBeFocusedAsync();
        await Expect(Summary(page)).ToBeEmptyAsync();
        page.Url.ShouldEndWith("/chat");
    }

    [BrowserFact]
    public async Task Of_two_questions_only_the_last_ones_answer_is_shown_however_late_the_first_comes()
    {
        var (page, talk) = await OpenList();
        await talk.Send(talk.Buyer, "첫째 이야기");
        await talk.Send(talk.Buyer, "둘째 이야기");
        var release = new TaskCompletionSource();
        var failed = new ConcurrentQueue<string>();
        page.RequestFailed += (_, request) => failed.Enqueue(Uri.UnescapeDataString(request.Url));
        await page.RouteAsync($"**/chat/search?q={Uri.EscapeDataString("첫째")}", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        var first = page.WaitForRequestAsync($"**/chat/search?q={Uri.EscapeDataString("첫째")}");
        await Box(page).FillAsync("첫째");
        await first;

        await Box(page).FillAsync("둘째");

        await Expect(Found(page).Locator("mark")).ToHaveTextAsync("둘째");
        failed.ShouldHaveSingleItem().ShouldEndWith("?q=첫째");
        release.SetResult();
        await Box(page).PressAsync("Enter");
        await Expect(Found(page).Locator("mark")).ToHaveTextAsync("둘째");
    }

    [BrowserFact]
    public async Task The_arrows_lead_through_the_results_and_Enter_opens_one()
    {
        var (page, talk) = await OpenList();
        await talk.Send(talk.Buyer, "자전거 첫째");
        await talk.Send(talk.Buyer, "자전거 둘째");
        await Box(page).FillAsync("자전거");
        await Expect(Found(page)).ToHaveCountAsync(2);

        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("[data-found-room] a")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(Box(page)).ToBeFocusedAsync();
        for (var i = 0; i < 3; i++) await page.Keyboard.PressAsync("ArrowDown");
        await Expect(Found(page).Nth(1).Locator("a")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await page.WaitForURLAsync($"**{talk.Url}?at=*");
        await Expect(page.Locator("#at [data-text]")).ToHaveTextAsync("자전거 첫째");
        await page.GoBackAsync();
        await Expect(Box(page)).ToHaveValueAsync("자전거");
        await Expect(Found(page)).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task A_result_opens_its_room_at_the_message_and_history_goes_both_ways_from_there()
    {
        var (page, talk) = await OpenList();
        for (var i = 0; i < 60; i++) await talk.Send(talk.Buyer, $"먼저 한 말 {i}");
        await talk.Send(talk.Buyer, "바늘이에요");
        for (var i = 0; i < 60; i++) await talk.Send(talk.Seller, $"나중에 한 말 {i}");
        await Box(page).FillAsync("바늘");

        await Found(page).Locator("a").ClickAsync();

        await Expect(page.Locator("#at [data-text]")).ToHaveTextAsync("바늘이에요");
        await Expect(page.Locator("#at")).ToBeInViewportAsync(new() { Ratio = 1 });
        var middle = await page.EvaluateAsync<double>("""
            () => {
              const [message, log] = [document.getElementById('at'), document.querySelector('[data-scroll]')]
                .map(element => element.getBoundingClientRect());
              return (message.top + message.height / 2 - log.top) / log.height;
            }
            """);
        middle.ShouldBeInRange(0.3, 0.7);

        await ScrollUntil(page, -600, "먼저 한 말 0");
        await ScrollUntil(page, 600, "나중에 한 말 59");
        await Expect(page.Locator("[data-newer]")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task More_results_join_those_that_are_there_and_the_focus_goes_on_with_them()
    {
        var (page, talk) = await OpenList();
        for (var i = 0; i < 25; i++) await talk.Send(talk.Buyer, $"찾을 말 {i}");
        await Box(page).FillAsync("찾을 말");
        await Expect(Found(page)).ToHaveCountAsync(20);

        await page.Locator("[data-more]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(Found(page)).ToHaveCountAsync(25);
        await Expect(Found(page).Nth(20).Locator("a")).ToBeFocusedAsync();
        await Expect(page.Locator("[data-more]")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task To_ask_for_more_when_other_words_are_typed_asks_for_those()
    {
        var (page, talk) = await OpenList();
        for (var i = 0; i < 25; i++) await talk.Send(talk.Buyer, $"찾을 말 {i}");
        await Box(page).FillAsync("찾을 말");
        await Expect(Found(page)).ToHaveCountAsync(20);
        await page.RouteAsync("**/chat/search?q=*", route => route.AbortAsync());
        await Box(page).FillAsync("찾을 말 24");
        await Expect(Summary(page)).ToHaveTextAsync("지금은 검색할 수 없어요. 잠시 뒤에 다시 해주세요.");
        await page.UnrouteAsync("**/chat/search?q=*");

        await page.Locator("[data-more]").ClickAsync();

        await Expect(Found(page)).ToHaveCountAsync(1);
        await Expect(Found(page)).ToContainTextAsync("찾을 말 24");
    }

    [BrowserFact]
    public async Task Beside_an_open_room_the_search_stays_while_one_goes_from_result_to_result()
    {
        var (page, talk) = await OpenList(width: 1280);
        await talk.Send(talk.Buyer, "자전거 첫째");
        await talk.Send(talk.Buyer, "자전거 둘째");
        await page.Open(talk.Url);
        await Box(page).FillAsync("자전거");

        foreach (var (number, text) in new[] { (1, "자전거 첫째"), (0, "자전거 둘째") })
        {
            await Found(page).Nth(number).Locator("a").ClickAsync();
            await Expect(page.Locator("#at [data-text]")).ToHaveTextAsync(text);
            await Expect(Found(page)).ToHaveCountAsync(2);
            await Expect(Found(page).Locator("a[aria-current]")).ToContainTextAsync(text);
        }
    }

    [BrowserFact]
    public async Task Without_scripts_the_form_finds_and_a_result_opens_at_its_message()
    {
        var (page, talk) = await OpenList(scripts: false);
        await talk.Send(talk.Buyer, "바늘이에요");
        for (var i = 0; i < 60; i++) await talk.Send(talk.Seller, $"나중에 한 말 {i}");

        await Box(page).FillAsync("바늘");
        await Box(page).PressAsync("Enter");
        await Expect(Found(page).Locator("mark")).ToHaveTextAsync("바늘");
        await Found(page).Locator("a").ClickAsync();

        await Expect(page.Locator("#at [data-text]")).ToHaveTextAsync("바늘이에요");
        await Expect(page.Locator("#at")).ToBeInViewportAsync();
    }

    [BrowserFact]
    public async Task What_does_not_work_is_said_and_the_next_key_tries_again()
    {
        var (page, talk) = await OpenList();
        await talk.Send(talk.Buyer, "안녕하세요");
        await page.RouteAsync("**/chat/search?q=*", route => route.FulfillAsync(new() { Status = 503 }));
        await Box(page).FillAsync("안녕");
        await Expect(Summary(page)).ToHaveTextAsync("지금은 검색할 수 없어요. 잠시 뒤에 다시 해주세요.");

        await page.UnrouteAsync("**/chat/search?q=*");
        await Box(page).PressAsync("Enter");

        await Expect(Found(page)).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task Results_satisfy_axe_in_both_themes_and_nothing_scrolls_sideways()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, $"자전거 {new string('W', 200)}");
        foreach (var (width, scheme) in new[] { (320, ColorScheme.Light), (1280, ColorScheme.Dark) })
        {
            var page = await Device(host, talk.Seller, width: width, scheme: scheme);
            await page.Open("/chat/search?q=자전거");
            await Expect(Found(page)).ToHaveCountAsync(1);

            (await page.AxeViolations()).ShouldBeEmpty();
            (await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width);
        }
    }

    private async Task<(IPage Page, Conversation Talk)> OpenList(int width = 390, bool scripts = true)
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Seller, width: width, scripts: scripts);
        return (await page.Open("/chat"), talk);
    }

    private static async Task ScrollUntil(IPage page, int step, string text)
    {
        await page.Locator("[data-scroll]").HoverAsync();
        await Wait.Until(async () =>
        {
            await page.Mouse.WheelAsync(0, step);
            return (await page.Texts()).Contains(text);
        }, text);
    }

    private static ILocator Box(IPage page) => page.Locator("#search-words");

    private static ILocator Found(IPage page) => page.Locator("[data-found-message]");

    private static ILocator Summary(IPage page) => page.Locator("[data-summary]");
}
