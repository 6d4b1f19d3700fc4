using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>Several visible windows of one browser, and sessions that change under them.</summary>
public sealed class ManyWindowsTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const int Windows = 6;

    [BrowserFact]
    public async Task Six_windows_hold_one_poll_all_hear_and_another_takes_over()
    {
        var (windows, talk) = await OpenWindows();
        await ShouldHold(talk, 1);

        await talk.Send(talk.Buyer, "모두에게");
        foreach (var window in windows) await window.ShouldSee("모두에게");
        await ShouldHold(talk, 1);

        foreach (var window in windows[..^1])
        {
            await window.CloseAsync();
            await ShouldHold(talk, 1);
        }

        await talk.Send(talk.Buyer, "아직 거기 계세요?");
        await windows[^1].ShouldSee("아직 거기 계세요?");
    }

    [BrowserFact]
    public async Task Without_locks_three_polls_are_held_and_everybody_hears_and_can_write()
    {
        var (windows, talk) = await OpenWindows("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })");
        await ShouldHold(talk, LongPolling.MaxHeldPerBrowser);

        await talk.Send(talk.Buyer, "모두에게");
        foreach (var window in windows) await window.ShouldSee("모두에게");

        await windows[^1].Say("네");
        await Expect(windows[^1].Stored()).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task A_page_is_loaded_again_when_another_user_has_signed_in()
    {
        var talk = await Conversation.Create(host);
        var stranger = await host.SignedIn("charlie");
        var old = await Device(host, talk.Seller);
        await old.OpenRoom(talk.Url);
        var home = await old.Context.NewPageAsync();
        await home.Open("/account/profile");
        await SignIn(old.Context, stranger);

        await (await old.Context.NewPageAsync()).Open("/chat");

        await Expect(home.Locator("html")).ToHaveAttributeAsync("data-user", $"{stranger.Id}");
        await Expect(old.Locator("[data-room]")).ToHaveCountAsync(0); // The room is none of the stranger's.
    }

    [BrowserFact]
    public async Task What_is_said_in_an_old_page_is_not_said_by_the_user_who_has_signed_in_since()
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Seller);
        await page.OpenRoom(talk.Url);
        await ShouldHold(talk, 1); // Its next question is that of the outbox.
        await SignIn(page.Context, talk.Buyer); // The other one in the same room, so that the server would take it.

        await page.Say("판매자의 말");

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-user", $"{talk.Buyer.Id}");
        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();
        await SignIn(page.Context, talk.Seller);
        await page.OpenRoom(talk.Url);
        await Expect(page.Stored()).ToHaveCountAsync(1);
        (await talk.Poll(talk.Buyer)).Messages.Single().SenderId.ShouldBe(talk.Seller.Id);
    }

    [BrowserFact]
    public async Task After_signing_in_again_in_another_tab_old_pages_go_on_by_themselves()
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Seller);
        await page.OpenRoom(talk.Url);
        await page.EvaluateAsync("() => { window.isOld = true; }");
        await page.Context.ClearCookiesAsync(new() { Name = "market-session" });
        await page.Say("로그인이 풀렸네요");
        await Expect(page.Locator("[data-trouble] a")).ToBeVisibleAsync();

        await (await page.Context.NewPageAsync()).SignIn(talk.Seller.Name);

        await Expect(page.Stored()).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-trouble]")).ToBeHiddenAsync();
        await talk.Send(talk.Buyer, "다시 오셨네요");
        await page.ShouldSee("다시 오셨네요");
        (await page.EvaluateAsync<bool>("() => window.isOld")).ShouldBeTrue();
    }

    [BrowserFact]
    public async Task What_was_seen_is_read_even_if_the_user_leaves_at_once()
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Seller);
        await page.OpenRoom(talk.Url);
        var message = await talk.Send(talk.Buyer, "보자마자 나가세요");

        await page.EvaluateAsync("""
            () => new Promise(resolve => {
              const isHere = () => document.querySelector('[data-messages] .message');
              const leave = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve(location.assign('/'))));
              if (isHere()) return leave();
              new MutationObserver((_, observer) => {
                if (!isHere()) return;
                observer.disconnect();
                leave();
              }).observe(document.querySelector('[data-messages]'), { childList: true });
            })
            """);

        await Wait.Until(async () => (await talk.Poll(talk.Buyer)).CounterpartReadUpTo == message.Id, "the message is read");
    }

    private async Task<(IPage[] Windows, Conversation Talk)> OpenWindows(string script = "// Nothing.")
    {
        var talk = await Conversation.Create(host);
        var windows = new List<IPage> { await Device(host, talk.Seller) };
        await windows[0].Context.AddInitScriptAsync(script);
        while (windows.Count < Windows) windows.Add(await windows[0].Context.NewPageAsync());
        foreach (var window in windows) await window.OpenRoom(talk.Url);
        return ([.. windows], talk);
    }

    private Task ShouldHold(Conversation talk, int polls) => Wait.Until(
        () => host.Services.GetRequiredService<ChangeNotifier>().GetWaiterCount(talk.Seller.Id) == polls, $"{polls} polls are held");

    private Task SignIn(IBrowserContext device, TestBrowser person) => device.AddCookiesAsync(CookiesOf(person, host.Url));
}
