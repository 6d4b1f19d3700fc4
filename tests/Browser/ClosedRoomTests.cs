using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

public sealed class ClosedRoomTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const string NothingMoreCanBeSent = "상대방이 탈퇴해서 더는 메시지를 보낼 수 없어요.";

    [BrowserFact]
    public async Task An_open_room_shows_by_itself_that_the_other_has_left()
    {
        var (page, talk) = await OpenRoom();
        await talk.Send(talk.Seller, "네, 있어요");
        await page.ShouldSee("네, 있어요");

        await Leave(talk.Seller);

        await Expect(page.Locator("[data-closed]")).ToHaveTextAsync(NothingMoreCanBeSent);
        await Expect(page.Locator("h1")).ToHaveTextAsync("탈퇴한 사용자");
        await Expect(page.Locator("[data-composer]")).ToHaveCountAsync(0);
        await page.ShouldSee("네, 있어요");
    }

    [BrowserFact]
    public async Task It_is_read_and_polled_as_any_other()
    {
        var (page, talk) = await OpenRoom("/");
        await talk.Send(talk.Seller, "잘 있어요");
        await Expect(page.Locator("[data-badge]")).ToHaveTextAsync("1");
        await Leave(talk.Seller);

        await page.Open(talk.Url);

        await page.ShouldSee("잘 있어요");
        await Expect(page.Locator("[data-badge]")).ToHaveCountAsync(0);
        await page.EvaluateAsync("window.mark = 'the same page'");
        for (var i = 0; i < 2; i++) await Poll();
        (await page.EvaluateAsync<string>("window.mark")).ShouldBe("the same page", "it does not load itself over and over");

        Task Poll() => page.RunAndWaitForResponseAsync(
            () =>
            {
                host.Services.GetRequiredService<ChangeNotifier>().NotifyChanged(talk.Buyer.Id);
                return Task.CompletedTask;
            },
            response => response.Url.Contains("handler=Messages", StringComparison.Ordinal) && response.Status == 200);
    }

    [BrowserFact]
    public async Task What_still_waited_to_be_sent_says_why_it_cannot_be()
    {
        var (page, talk) = await OpenRoom();
        await page.RouteAsync("**/send", route => route.AbortAsync());
        await page.Say("아직 계신가요?");
        await Leave(talk.Seller);
        await Expect(page.Locator("[data-closed]")).ToBeVisibleAsync();

        await page.UnrouteAsync("**/send");
        await page.ReloadAsync();

        var message = page.Messages().Filter(new() { HasTextString = "아직 계신가요?" });
        await Expect(message).ToHaveAttributeAsync("data-state", "failed");
        await Expect(message).ToContainTextAsync(NothingMoreCanBeSent);
        await message.Locator("[data-discard]").ClickAsync();
        await Expect(message).ToHaveCountAsync(0);
    }

    private async Task<(IPage Page, Conversation Talk)> OpenRoom(string? url = null)
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Buyer);
        return (await page.Open(url ?? talk.Url), talk);
    }

    private static async Task Leave(TestBrowser person) =>
        (await person.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password))).StatusCode.ShouldBe(303);
}
