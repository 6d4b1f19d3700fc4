using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Chat.Removal;

public sealed class RemovalInBrowserTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const string RemovedWords = "삭제된 메시지입니다";

    [BrowserFact]
    public async Task After_a_question_a_message_is_removed_on_both_screens_at_once_and_in_the_list()
    {
        var (buyer, talk) = await OpenRoom(width: 1280);
        await buyer.Say("실수로 보낸 말");
        await buyer.Say("다음 말");
        var seller = await Device(host, talk.Seller, width: 1280);
        await seller.Open(talk.Url);
        await seller.ShouldSee("실수로 보낸 말");
        await Expect(Control(buyer, 0)).ToHaveCSSAsync("opacity", "0");

        await Ask(buyer, 0);
        await buyer.ClickAsync("[data-removal-keep]");
        await Expect(Dialog(buyer)).ToBeHiddenAsync();
        await buyer.ShouldSee("실수로 보낸 말");

        await Ask(buyer, 0);
        await Expect(Dialog(buyer).Locator("[data-removal-quote]")).ToHaveTextAsync("실수로 보낸 말");
        await buyer.ClickAsync("[data-removal-confirm]");

        foreach (var page in new[] { buyer, seller })
        {
            await Expect(page.Messages().Nth(0)).ToHaveAttributeAsync("data-removed", "true");
            (await page.Texts()).ShouldBe([RemovedWords, "다음 말"]);
        }

        await Expect(Dialog(buyer)).ToBeHiddenAsync();
        await Expect(Control(buyer, 0)).ToBeHiddenAsync();
        await Ask(buyer, 1);
        await buyer.ClickAsync("[data-removal-confirm]");
        await Expect(seller.Locator("[data-room-id] [data-preview]")).ToHaveTextAsync(RemovedWords);
        await Expect(buyer.Locator("[data-room-id] [data-preview]")).ToHaveTextAsync(RemovedWords);
    }

    [BrowserFact]
    public async Task It_works_by_keyboard_alone_and_Tab_stops_at_one_control_only()
    {
        var (page, _) = await OpenRoom(messages: 3);
        await page.Locator("[data-scroll]").FocusAsync();

        await page.Keyboard.PressAsync("Tab");
        await Expect(Control(page, 2)).ToBeFocusedAsync();
        await Expect(Control(page, 2)).ToHaveCSSAsync("opacity", "1");
        await Expect(Control(page, 2)).ToHaveAccessibleNameAsync("메시지 삭제");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(Control(page, 1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-removal-keep]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(Control(page, 1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-removal-keep]")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Messages().Nth(1)).ToHaveAttributeAsync("data-removed", "true");
        (await page.Texts()).ShouldBe(["말 1", RemovedWords, "말 3"]);
        await Expect(page.Locator("[data-scroll]")).ToBeFocusedAsync();
        (await page.Locator("[data-messages] [data-remove][tabindex='0']:not([hidden])").CountAsync()).ShouldBe(1);
    }

    [BrowserFact]
    public async Task A_finger_brings_the_control_by_a_tap_or_a_long_press_and_it_is_large_enough()
    {
        var (_, talk) = await OpenRoom(messages: 2);
        var page = await Phone(talk.Buyer);
        await page.Open(talk.Url);
        await Expect(Control(page, 0)).ToHaveCSSAsync("opacity", "0");

        await page.Messages().Nth(0).Locator(".message__bubble").TapAsync();
        await Expect(Control(page, 0)).ToHaveCSSAsync("opacity", "1");
        await Expect(Control(page, 1)).ToHaveCSSAsync("opacity", "0");
        var box = (await Control(page, 0).BoundingBoxAsync()).ShouldNotBeNull();
        (Math.Min(box.Width, box.Height), box.X).ShouldSatisfyAllConditions(place => place.Item1.ShouldBeGreaterThanOrEqualTo(44),
            place => place.X.ShouldBeGreaterThanOrEqualTo(0));
        await page.Locator(".room__bar h1").TapAsync();
        await Expect(Control(page, 0)).ToHaveCSSAsync("opacity", "0");

        var bubble = page.Messages().Nth(1).Locator(".message__bubble");
        await bubble.DispatchEventAsync("pointerdown", new { pointerType = "touch", bubbles = true });
        await Expect(Control(page, 1)).ToHaveCSSAsync("opacity", "1");
        await bubble.DispatchEventAsync("pointerup", new { pointerType = "touch", bubbles = true });
        await Control(page, 1).TapAsync();
        await page.Locator("[data-removal-confirm]").TapAsync();

        await Expect(page.Messages().Nth(1)).ToHaveAttributeAsync("data-removed", "true");
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task A_long_press_brings_it_on_a_link_too_and_follows_none()
    {
        var (_, talk) = await OpenRoom();
        await talk.Send(talk.Buyer, "https://example.com/1");
        var page = await Phone(talk.Buyer);
        await page.Open(talk.Url);
        var link = page.Messages().Nth(0).Locator("a.message__link");

        await link.DispatchEventAsync("pointerdown", new { pointerType = "touch", bubbles = true });
        var menu = await link.EvaluateAsync<bool>(
            "link => link.dispatchEvent(new PointerEvent('contextmenu', { bubbles: true, cancelable: true }))");
        var click = await link.EvaluateAsync<bool>(
            "link => link.dispatchEvent(new PointerEvent('click', { bubbles: true, cancelable: true, detail: 1, pointerType: 'touch' }))");

        (menu, click).ShouldBe((false, false), "neither has its usual effect");
        await Expect(Control(page, 0)).ToHaveCSSAsync("opacity", "1");
        page.Context.Pages.Count.ShouldBe(1);
        await page.Context.CloseAsync();
    }

    [BrowserFact]
    public async Task Nothing_moves_when_the_control_comes_and_goes()
    {
        foreach (var width in new[] { 320, 360, 1280 })
        {
            var (page, _) = await OpenRoom(width, messages: 3);
            var before = await Places(page);

            await page.Messages().Nth(1).Locator(".message__bubble").HoverAsync();
            await Expect(Control(page, 1)).ToHaveCSSAsync("opacity", "1");

            (await Places(page)).ShouldBe(before, $"{width} px");
            await page.Context.CloseAsync();
        }
    }

    [BrowserFact]
    public async Task Offline_the_question_says_that_it_failed_and_the_next_try_can_succeed()
    {
        var (page, talk) = await OpenRoom(messages: 1);
        await Ask(page, 0);
        await page.Context.SetOfflineAsync(true);

        await page.ClickAsync("[data-removal-confirm]");
        await Expect(Dialog(page).Locator("[role=alert]")).ToContainTextAsync("인터넷에 연결되지 않아서");
        await page.ShouldSee("말 1");

        await page.Context.SetOfflineAsync(false);
        await page.ClickAsync("[data-removal-confirm]");
        await Expect(Dialog(page)).ToBeHiddenAsync();
        (await page.Texts()).ShouldBe([RemovedWords]);
        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe("");
    }

    [BrowserFact]
    public async Task When_the_answer_is_lost_the_poll_tells_that_it_is_done()
    {
        var (page, _) = await OpenRoom(messages: 1);
        await page.RouteAsync("**/remove", async route =>
        {
            await route.FetchAsync();
            await route.AbortAsync("connectionreset");
        });
        await Ask(page, 0);

        await page.ClickAsync("[data-removal-confirm]");

        await Expect(page.Messages()).ToHaveAttributeAsync("data-removed", "true");
        await Expect(Dialog(page)).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task The_control_goes_when_the_time_is_up_and_the_server_rejects_who_was_faster()
    {
        var (_, talk) = await OpenRoom(messages: 2);
        var page = await Device(host, talk.Buyer);
        await page.Clock.InstallAsync(new() { TimeDate = DateTime.UtcNow.AddDays(-40) }); // The client's clock is 40 days slow.
        await page.Open(talk.Url);
        await Expect(Control(page, 0)).Not.ToHaveAttributeAsync("hidden", "");
        await page.RouteAsync("**/remove", route => route.FulfillAsync(new()
        {
            Status = 409, ContentType = "application/problem+json", Body = """{ "status": 409, "detail": "너무 늦었어요." }""",
        }));
        await Ask(page, 0);
        await page.ClickAsync("[data-removal-confirm]");
        await Expect(Dialog(page).Locator("[role=alert]")).ToHaveTextAsync("너무 늦었어요.");
        await Expect(page.Locator("[data-removal-confirm]")).ToBeHiddenAsync();
        await page.ClickAsync("[data-removal-keep]");

        await page.Clock.FastForwardAsync(24 * 3600 * 1000);

        await Expect(page.Locator("[data-messages] [data-remove]:not([hidden])")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task What_was_just_sent_can_be_removed_and_what_is_still_on_its_way_cannot()
    {
        var (page, talk) = await OpenRoom();
        var release = new TaskCompletionSource();
        await page.RouteAsync("**/send", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        await page.Say("방금 쓴 말");
        await Expect(page.Messages()).ToHaveAttributeAsync("data-state", "sending");
        await Expect(Control(page, 0)).ToBeHiddenAsync();
        release.SetResult();

        await Expect(page.Stored()).ToHaveCountAsync(1);
        await Ask(page, 0);
        await page.ClickAsync("[data-removal-confirm]");

        await Expect(page.Messages()).ToHaveAttributeAsync("data-removed", "true");
        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe("");
    }

    [BrowserFact]
    public async Task What_arrived_below_and_was_removed_is_not_counted_as_new_any_more()
    {
        var (page, talk) = await OpenRoom();
        for (var i = 0; i < 40; i++) await talk.Send(talk.Seller, $"앞선 말 {i}");
        await Expect(page.Messages()).ToHaveCountAsync(40);
        await page.EvaluateAsync("document.querySelector('[data-scroll]').scrollTop = -900");
        var first = await talk.Send(talk.Seller, "하나");
        var second = await talk.Send(talk.Seller, "둘");
        await Expect(page.Locator("[data-unseen-count]")).ToContainTextAsync("2");

        await Remove(talk, first.Id);
        await Expect(page.Locator("[data-unseen-count]")).ToContainTextAsync("1");
        await Remove(talk, second.Id);

        await Expect(page.Locator("[data-unseen-button]")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Axe_finds_nothing_while_it_asks()
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var (page, talk) = await OpenRoom(messages: 2, scheme: scheme);
            await Ask(page, 0);
            (await page.AxeViolations()).ShouldBeEmpty();
            await page.ClickAsync("[data-removal-confirm]");
            await Expect(page.Messages().Nth(0)).ToHaveAttributeAsync("data-removed", "true");
            (await page.AxeViolations()).ShouldBeEmpty();
            await page.Open(await Control(page, 1).GetAttributeAsync("href") ?? "");
            (await page.AxeViolations()).ShouldBeEmpty();
            await page.Context.CloseAsync();
        }
    }

    /// <summary>Opens the buyer's room with this many messages of the buyer, "말 1" and so on.</summary>
    private async Task<(IPage Page, Conversation Talk)> OpenRoom(int width = 390, int messages = 0, ColorScheme scheme = ColorScheme.Light)
    {
        var talk = await Conversation.Create(host);
        for (var i = 1; i <= messages; i++) await talk.Send(talk.Buyer, $"말 {i}");
        var page = await Device(host, talk.Buyer, width: width, scheme: scheme);
        return (await page.OpenRoom(talk.Url), talk);
    }

    private Task<IPage> Phone(TestBrowser person) => Device(host, person, width: 360, height: 720, touch: true);

    private static async Task Ask(IPage page, int message)
    {
        await page.Messages().Nth(message).Locator(".message__bubble").HoverAsync();
        await Control(page, message).ClickAsync();
        await Expect(Dialog(page)).ToBeVisibleAsync();
    }

    private static ILocator Control(IPage page, int message) => page.Messages().Nth(message).Locator("[data-remove]");

    private static ILocator Dialog(IPage page) => page.Locator("[data-removal-dialog]");

    private static async Task Remove(Conversation talk, long messageId)
    {
        var token = await talk.Seller.Token();
        await talk.Seller.Scenario(s =>
        {
            s.Post.Form(("messageId", $"{messageId}")).ToUrl($"{talk.Url}/remove");
            s.AsScript(token);
            s.StatusCodeShouldBe(204);
        });
    }

    /// <summary>The positions of every bubble and every message.</summary>
    private static async Task<IReadOnlyList<double>> Places(IPage page) => await page.EvaluateAsync<double[]>("""
        () => [...document.querySelectorAll('[data-messages] :is(.message, .message__bubble, .message__time)')]
          .flatMap(element => { const { left, top, width, height } = element.getBoundingClientRect(); return [left, top, width, height]; })
        """);
}
