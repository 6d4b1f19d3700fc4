using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>Passkeys in a real browser with Chromium's virtual authenticator (https://www.w3.org/TR/webauthn-3/#sctn-automation).</summary>
public sealed class PasskeyTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    [BrowserFact]
    public async Task A_passkey_is_added_signs_in_to_where_one_was_going_and_is_removed()
    {
        var bob = await host.SignedIn("bob");
        var (page, _) = await WithAuthenticator(bob);
        await Add(page, "내 휴대폰");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "패스키를 추가했어요." })).ToBeVisibleAsync();
        await Expect(page.Locator("[data-passkey-id]")).ToContainTextAsync("내 휴대폰");

        await SignOut(page);
        await page.Open("/account/sign-in?returnUrl=/chat");
        await page.ClickAsync("[data-passkey] button");
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/chat");
        await page.Open("/account/profile");
        await Expect(page.Locator("main h2")).ToHaveTextAsync(bob.Name);

        await page.Open("/account/passkeys");
        await page.ClickAsync("[data-passkey-id] button");
        await Expect(page.Locator("[data-empty]")).ToBeVisibleAsync();
        await SignOut(page);
        await page.Open("/account/sign-in");
        await page.ClickAsync("[data-passkey] button");
        await Expect(page.Locator("[data-passkey] [role=alert]")).ToHaveTextAsync("이 패스키로는 로그인할 수 없어요. 이름과 비밀번호로 로그인해주세요.");
    }

    [BrowserFact]
    public async Task One_device_makes_one_passkey_for_an_account()
    {
        var (page, _) = await WithAuthenticator(await host.SignedIn("bob"));
        await Add(page, "내 휴대폰");
        await Expect(page.Locator("[data-passkey-id]")).ToHaveCountAsync(1);

        await Add(page, "또 같은 휴대폰");

        await Expect(page.Locator("[data-add-passkey] [role=alert]")).ToHaveTextAsync("이 기기에는 이미 패스키가 있어요.");
    }

    [BrowserFact]
    public async Task A_user_the_device_does_not_verify_sees_why_and_may_try_again()
    {
        var (page, setUserVerified) = await WithAuthenticator(await host.SignedIn("bob"));

        await setUserVerified(false);
        await Add(page, "내 휴대폰");
        await Expect(page.Locator("[data-add-passkey] [role=alert]")).ToHaveTextAsync("패스키를 만들지 않았거나 시간이 지났어요. 다시 시도해주세요.");

        await setUserVerified(true);
        await page.ClickAsync("[data-add-passkey] button");
        await Expect(page.Locator("[data-passkey-id]")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task A_wrong_password_is_answered_with_a_sentence()
    {
        var (page, _) = await WithAuthenticator(await host.SignedIn("bob"));

        await Add(page, "내 휴대폰", "not my password");

        await Expect(page.Locator("[data-add-passkey] [role=alert]")).ToContainTextAsync("비밀번호가 맞지 않아요.");
        await Expect(page.Locator("[data-add-passkey] button")).ToBeEnabledAsync();
    }

    [BrowserFact]
    public async Task Where_passkeys_cannot_be_nothing_offers_them()
    {
        // Opened by IP address: passkeys require a domain name.
        var bare = await Device(host, await host.SignedIn("bob"));
        await bare.Open("/account/passkeys");
        await Expect(bare.Locator("[data-obstacle]:visible")).ToHaveTextAsync("숫자로 된 주소에서는 패스키를 쓸 수 없어요. 도메인 이름으로 된 주소로 열어주세요.");
        await Expect(bare.Locator("[data-add-passkey]")).ToBeHiddenAsync();

        var without = await Device(ByName());
        await without.AddInitScriptAsync("delete window.PublicKeyCredential");
        await without.Open("/account/sign-in");
        await without.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await Expect(without.Locator("[data-passkey]")).ToBeHiddenAsync();
        await without.SignIn((await host.SignedIn("bob")).Name);
        await without.Open("/account/passkeys");
        await Expect(without.Locator("[data-obstacle]:visible"))
            .ToHaveTextAsync("이 브라우저에서는 패스키를 추가할 수 없어요. 브라우저를 업데이트하거나 다른 브라우저로 열어주세요.");
    }

    [BrowserFact]
    public async Task A_browser_that_never_answers_is_given_up_when_the_time_is_over()
    {
        var page = await Device(ByName());
        await page.AddInitScriptAsync("""
            navigator.credentials.get = ({ signal }) => new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            });
            const { parseRequestOptionsFromJSON: parse } = PublicKeyCredential;
            PublicKeyCredential.parseRequestOptionsFromJSON = options => ({ ...parse(options), timeout: 50 });
            """);
        await page.Open("/account/sign-in");
        await page.ClickAsync("[data-passkey] button");

        await Expect(page.Locator("[data-passkey] [role=alert]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-passkey] button")).ToBeEnabledAsync();
    }

    /// <summary>
    /// Opens a browser with a virtual authenticator, and returns a function that sets whether the authenticator verifies the user.
    /// </summary>
    private async Task<(IPage Page, Func<bool, Task> SetUserVerified)> WithAuthenticator(TestBrowser person)
    {
        var page = await Device(ByName(), person);
        var tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("WebAuthn.enable");
        var added = await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        var id = added!.Value.GetProperty("authenticatorId").GetString()!;
        return (page, isVerified => tools.SendAsync("WebAuthn.setUserVerified",
            new() { ["authenticatorId"] = id, ["isUserVerified"] = isVerified }));
    }

    private string ByName() => host.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    private static async Task Add(IPage page, string name, string password = MarketHost.Password)
    {
        await page.Open("/account/passkeys");
        await page.FillAsync("[data-add-passkey] [name=name]", name);
        await page.FillAsync("[data-add-passkey] [name=password]", password);
        await page.ClickAsync("[data-add-passkey] button");
    }

    private static async Task SignOut(IPage page)
    {
        await page.Open("/account/profile");
        await page.ClickAsync("[data-sign-out] button");
        await page.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/");
    }
}
