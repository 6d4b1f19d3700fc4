using System.Net;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Security;

/// <summary>The attributes and names of the app's cookies.</summary>
public sealed class CookieTests
{
    [Theory]
    [InlineData("https://market.example", true)]
    [InlineData("http://market.example", false)]
    public async Task Every_cookie_is_for_secure_connections_only_if_the_request_was_secure(string address, bool isSecure)
    {
        await using var host = new MarketHost();

        var cookies = await CookiesOf(host, host.Browser(address: new Uri(address)));

        cookies.Count.ShouldBeGreaterThanOrEqualTo(4);
        cookies.ShouldAllBe(cookie => cookie.Contains("; secure") == isSecure);
    }

    [Fact]
    public async Task Two_copies_on_one_host_have_different_cookies_and_do_not_sign_each_other_out()
    {
        await using MarketHost first = new(), second = new MarketHost().With("Cookies:Prefix", "second");
        var jar = new CookieContainer();
        var (inFirst, inSecond) = (first.Browser(cookies: jar), second.Browser(cookies: jar));
        await inFirst.SignIn((await first.AddUser("alice")).UserName!, MarketHost.Password);
        await inSecond.SignIn((await second.AddUser("bob")).UserName!, MarketHost.Password);

        (await inFirst.Submit("/account/profile", "form[data-profile]", ("language", "en"))).StatusCode.ShouldBe(303);
        (await inSecond.Submit("/account/profile", "form[data-sign-out]")).StatusCode.ShouldBe(303);

        (await inFirst.Status("/account/profile")).ShouldBe(200);
        (await inSecond.Status("/account/profile")).ShouldBe(302);
    }

    // Signing in by password, the first step of signing in by passkey, and the choice of a language.
    private static async Task<IReadOnlyList<string>> CookiesOf(MarketHost host, TestBrowser browser)
    {
        var user = await host.AddUser("bob");
        var first = await browser.Scenario(s => s.Get.Url("/account/sign-in"));
        var token = first.ReadAsHtml().QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        IScenarioResult[] answers =
        [
            first,
            await browser.Scenario(
                s => s.Post.Form(("__RequestVerificationToken", token)).ToUrl("/account/sign-in?handler=PasskeyOptions")),
            await browser.Submit("/account/sign-in", "form[data-sign-in]", ("userName", user.UserName!), ("password", MarketHost.Password)),
            await browser.Submit("/account/profile", "form[data-profile]", ("language", "en")),
        ];
        return [.. answers.SelectMany(answer => answer.HeaderLines("Set-Cookie"))];
    }
}
