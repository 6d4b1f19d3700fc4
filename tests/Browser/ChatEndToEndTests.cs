using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

public sealed class ChatEndToEndTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    [BrowserFact]
    public async Task Two_people_find_each_other_over_a_product_and_talk_without_reloading()
    {
        var alice = await host.SignedIn("alice");
        var product = await host.AddProduct(alice.Id, "로드 자전거");
        var seller = await Device(host, alice);
        var buyer = await Device(host, await host.SignedIn("bob"), scheme: ColorScheme.Dark);
        await seller.Open("/");

        await buyer.Open($"/products/{product.Id}");
        await buyer.ClickAsync("[data-start-chat] button");
        await buyer.WaitForURLAsync("**/chat/*");
        await buyer.Say("안녕하세요! 자전거 아직 있나요?");
        await buyer.ShouldSee("안녕하세요! 자전거 아직 있나요?");

        await Expect(seller.Locator("[data-badge]")).ToHaveTextAsync("1");
        await seller.Locator(".tabs a[href='/chat']").ClickAsync();
        await seller.Locator("[data-room-id] a").First.ClickAsync();
        await seller.ShouldSee("안녕하세요! 자전거 아직 있나요?");
        await Expect(seller.Locator("[data-badge]")).ToHaveCountAsync(0);

        await seller.Say("네, 있어요 🙂");
        await buyer.ShouldSee("네, 있어요 🙂");
        await buyer.Say("오늘 저녁에 볼 수 있을까요?");
        await seller.ShouldSee("오늘 저녁에 볼 수 있을까요?");

        string[] talk = ["안녕하세요! 자전거 아직 있나요?", "네, 있어요 🙂", "오늘 저녁에 볼 수 있을까요?"];
        (await buyer.Texts()).ShouldBe(talk);
        (await seller.Texts()).ShouldBe(talk);
    }

    [BrowserFact]
    public async Task Ones_own_message_shows_at_once_and_settles_in_place_when_stored()
    {
        var (buyer, _) = await OpenRoom();
        var release = new TaskCompletionSource();
        await buyer.RouteAsync("**/send", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });

        await buyer.Say("바로 보여야 해요");

        var bubble = buyer.Messages().Filter(new() { HasTextString = "바로 보여야 해요" });
        await Expect(bubble).ToHaveAttributeAsync("data-state", "sending");
        await Expect(buyer.Composer()).ToHaveValueAsync("");
        await bubble.EvaluateAsync("element => element.dataset.mark = 'the same element'");

        release.SetResult();

        await Expect(bubble).Not.ToHaveAttributeAsync("data-state", "sending");
        await Expect(bubble).ToHaveAttributeAsync("data-message-id", new System.Text.RegularExpressions.Regex("^[0-9]+$"));
        await Expect(bubble).ToHaveAttributeAsync("data-mark", "the same element");
        await Expect(buyer.Messages()).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task Polling_pauses_while_hidden_and_stops_on_leaving()
    {
        await using var market = new KestrelHost();
        market.With("Chat:PollSeconds", "0.2").With("Chat:WaitSeconds", "0.2");
        var talk = await Conversation.Create(market);
        var buyer = await (await Device(market, talk.Buyer)).OpenRoom(talk.Url);
        var polls = 0;
        buyer.Request += (_, request) => polls += request.Url.Contains("handler=Messages", StringComparison.Ordinal) ? 1 : 0;
        await buyer.WaitForRequestAsync("**handler=Messages**");

        await buyer.EvaluateAsync("""
            Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
            """);
        var whenHidden = polls;
        await talk.Send(talk.Seller, "안 보는 사이에");
        await buyer.EvaluateAsync("""
            () => new Promise(done => setTimeout(done, 3 * Number(document.querySelector('[data-badge-slot]').dataset.pollSeconds) * 1000))
            """);
        polls.ShouldBe(whenHidden);

        await buyer.EvaluateAsync("""
            delete document.hidden;
            document.dispatchEvent(new Event('visibilitychange'));
            """);
        await buyer.ShouldSee("안 보는 사이에");

        await buyer.GotoAsync("/");
        await buyer.WaitForRequestAsync("**/badge?**");
        var whenLeft = polls;
        await buyer.WaitForRequestAsync("**/badge?**");
        polls.ShouldBe(whenLeft);
    }

    [BrowserFact]
    public async Task The_whole_main_job_works_without_scripts()
    {
        var alice = await host.AddUser("alice");
        var bob = await host.AddUser("bob");
        var product = await host.AddProduct(alice.Id, "텐트");
        // Uses the sign-in form, because the test covers it too.
        var seller = await (await Device(host, scripts: false)).SignIn(alice.UserName!);
        var buyer = await (await Device(host, scripts: false)).SignIn(bob.UserName!);

        await buyer.Open($"/products/{product.Id}");
        await buyer.ClickAsync("[data-start-chat] button");
        await buyer.Composer().FillAsync("안녕하세요");
        await buyer.ClickAsync("[data-composer] button");
        await buyer.ShouldSee("안녕하세요");

        await seller.Open("/");
        await Expect(seller.Locator("[data-badge]")).ToHaveTextAsync("1");
        await seller.ClickAsync(".tabs a[href='/chat']");
        await seller.ClickAsync("[data-room-id] a");
        await seller.ShouldSee("안녕하세요");
        await Expect(seller.GetByRole(AriaRole.Link, new() { Name = "새로고침" })).ToBeVisibleAsync();
    }

    private async Task<(IPage Buyer, Conversation Talk)> OpenRoom()
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Buyer);
        return (await page.Open(talk.Url), talk);
    }
}
