using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Account;

/// <summary>What a browser still shows and stores after its user has signed out.</summary>
public sealed class SignOutInBrowserTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const string Secret = "비밀번호는 1234예요";

    [BrowserFact]
    public async Task Back_shows_nothing_private_and_drafts_are_gone()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, Secret);
        var page = await Device(host, talk.Buyer);
        await page.Open("/chat");
        await page.OpenRoom(talk.Url);
        await page.Composer().FillAsync("아직 보내지 않은 말");
        await page.WaitForFunctionAsync("() => localStorage.length > 0");

        await SignOut(page);

        (await page.EvaluateAsync<int>("() => localStorage.length + sessionStorage.length")).ShouldBe(0);
        await ShouldShowNothingPrivate(page, steps: 3);
    }

    [BrowserFact]
    public async Task Under_a_path_of_the_host_drafts_are_gone_and_what_other_apps_keep_is_not()
    {
        await using var market = new KestrelHost();
        market.With("PathBase", "/market");
        var page = await Device(market, await market.SignedIn());
        await page.Open("/market/account/profile");
        await page.EvaluateAsync("() => { localStorage.setItem('draft:1:2', 'private'); localStorage.setItem('other', 'app'); }");

        await page.ClickAsync("[data-sign-out] button");
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/market/");

        (await page.EvaluateAsync<string[]>("() => Object.keys(localStorage)")).ShouldBe(["other"]);
    }

    [BrowserFact]
    public async Task Without_scripts_back_shows_nothing_private_either()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, Secret);
        var page = await Device(host, talk.Buyer, scripts: false);
        await page.Open("/chat");
        await page.Open(talk.Url);

        await SignOut(page);

        await ShouldShowNothingPrivate(page, steps: 3);
    }

    private static async Task SignOut(IPage page)
    {
        await page.Open("/account/profile");
        await page.ClickAsync("[data-sign-out] button");
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/");
    }

    private static async Task ShouldShowNothingPrivate(IPage page, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            await page.GoBackAsync();
            await Expect(page.Locator("form[data-sign-in]")).ToBeVisibleAsync();
            (await page.ContentAsync()).ShouldNotContain(Secret);
        }
    }
}
