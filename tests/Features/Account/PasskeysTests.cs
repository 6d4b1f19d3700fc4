using AngleSharp.Dom;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Account;

public sealed class PasskeysTests(MarketHost host) : IClassFixture<MarketHost>, IDisposable
{
    private const string Page = "/account/passkeys";
    private const string NotAdded = "패스키를 추가하지 못했어요.";
    private const string NotSignedIn = "이 패스키로는 로그인할 수 없어요.";
    private const int FailuresBeforeLockout = 8;

    private readonly FakeAuthenticator _device = new();
    private readonly FakeAuthenticator _other = new();

    [Fact]
    public async Task A_passkey_signs_in_without_a_name_or_a_password()
    {
        var bob = await WithPasskey();
        var elsewhere = host.Browser();

        var signedIn = await _device.SignIn(elsewhere, "?returnUrl=/chat/3");

        signedIn.StatusCode.ShouldBe(200);
        signedIn.ReadAsJson().GetProperty("redirectUrl").GetString().ShouldBe("/chat/3");
        signedIn.Header("Set-Cookie").ShouldNotBeNull().ShouldContain("market-session=");
        signedIn.Header("Set-Cookie").ShouldNotBeNull().ShouldContain("expires=", customMessage: "for as long as with the password");
        (await elsewhere.Page("/account/profile")).QuerySelector("main h2")!.TextContent.ShouldBe(bob.Name);
        (await _device.SignIn(host.Browser())).ReadAsJson().GetProperty("redirectUrl").GetString()
            .ShouldBe("/", "again, and home where there was no way");
    }

    [Fact]
    public async Task Nobody_is_led_to_another_site()
    {
        await WithPasskey();

        (await _device.SignIn(host.Browser(), "?returnUrl=//evil.example")).ReadAsJson().GetProperty("redirectUrl").GetString()
            .ShouldBe("/");
    }

    [Fact]
    public async Task Ones_own_language_comes_along()
    {
        var bob = await WithPasskey();
        await host.Data(db => db.Users.Where(u => u.Id == bob.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Language, "en")));
        var elsewhere = host.Browser();

        await _device.SignIn(elsewhere);

        (await elsewhere.Page("/account/profile")).DocumentElement.GetAttribute("lang").ShouldBe("en");
    }

    [Fact]
    public async Task The_page_lists_them_by_name()
    {
        var bob = await host.SignedIn();
        (await bob.Page(Page)).QuerySelector("[data-empty]").ShouldNotBeNull();

        await _device.AddTo(bob, " 내 휴대폰 ");
        await _other.AddTo(bob, "노트북 <b>");

        var page = await bob.Page(Page);
        page.QuerySelector("[role=status]").ShouldNotBeNull().TextContent.ShouldContain("패스키를 추가했어요.");
        var rows = page.QuerySelectorAll("[data-passkey-id]");
        rows.Select(row => row.QuerySelector(".rows__text")!.ChildNodes[0].TextContent).ShouldBe(["내 휴대폰", "노트북 <b>"]);
        rows.Select(row => row.GetAttribute("data-passkey-id")).ShouldBe([_device.Id, _other.Id]);
        rows[0].QuerySelector("button").ShouldNotBeNull().GetAttribute("aria-label").ShouldBe("패스키 내 휴대폰 지우기");
    }

    [Fact]
    public async Task A_removed_passkey_signs_in_no_more_and_where_it_did_is_signed_out()
    {
        var bob = await WithPasskey();
        var elsewhere = host.Browser();
        await _device.SignIn(elsewhere);

        (await bob.Submit(Page, $"[data-passkey-id='{_device.Id}'] form")).Location.ShouldBe(Page);

        var page = await bob.Page(Page);
        page.QuerySelector("[role=status]").ShouldNotBeNull().TextContent.ShouldContain("패스키를 지웠어요.");
        page.QuerySelector("[data-passkey-id]").ShouldBeNull();
        await elsewhere.Scenario(s =>
        {
            s.Get.Url("/badge");
            s.StatusCodeShouldBe(401);
        });
        await ShouldBeRefused(_device.SignIn(host.Browser()), NotSignedIn);
        (await host.Data(db => db.UserPasskeys.AnyAsync(p => p.UserId == bob.Id))).ShouldBeFalse();
    }

    [Fact]
    public async Task Nobody_removes_somebody_elses()
    {
        await WithPasskey();
        var mallory = await host.SignedIn("mallory");
        await _other.AddTo(mallory);

        await mallory.Submit(Page, $"[data-passkey-id='{_other.Id}'] form", ("remove", _device.Id));

        (await _device.SignIn(host.Browser())).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task Adding_one_asks_for_the_password_and_counts_wrong_ones_as_at_the_door()
    {
        var bob = await host.SignedIn();

        for (var i = 0; i < FailuresBeforeLockout; i++)
        {
            await ShouldBeRefused(FakeAuthenticator.BeginAdding(bob, password: $"guess number {i}"), "비밀번호가 맞지 않아요.");
        }

        await ShouldBeRefused(FakeAuthenticator.BeginAdding(bob), "비밀번호가 맞지 않아요.");
    }

    [Theory]
    [InlineData(" ", "패스키 이름을 입력해주세요.")]
    [InlineData("12345678901234567890123456789012345678901", "패스키 이름은 40자까지 쓸 수 있어요.")]
    public async Task A_name_that_will_not_do_is_answered_with_the_reason(string name, string reason)
    {
        var bob = await host.SignedIn();
        var fine = (await FakeAuthenticator.BeginAdding(bob)).ReadAsJson();

        await ShouldBeRefused(FakeAuthenticator.BeginAdding(bob, name), reason);
        await ShouldBeRefused(FakeAuthenticator.FinishAdding(bob, _device.Create(fine), name), reason);
    }

    [Fact]
    public async Task A_name_that_no_page_sends_is_refused_too()
    {
        var bob = await host.SignedIn();
        var token = await bob.Token();

        await ShouldBeRefused(bob.Scenario(s =>
        {
            s.Post.Form(("name", "nul\0l"), ("password", MarketHost.Password)).Multipart().ToUrl($"{Page}?handler=Options");
            s.AsScript(token);
            s.IgnoreStatusCode();
        }), "패스키 이름에 쓸 수 없는 문자가 들어 있어요.");
    }

    [Fact]
    public async Task Twenty_are_enough()
    {
        var bob = await host.SignedIn();
        for (var i = 0; i < 20; i++)
        {
            using var device = new FakeAuthenticator();
            await device.AddTo(bob, $"기기 {i}");
        }

        var result = await FakeAuthenticator.BeginAdding(bob);

        result.StatusCode.ShouldBe(409);
        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldStartWith("패스키는 20개까지 둘 수 있어요.");
    }

    [Fact]
    public async Task The_options_ask_for_a_passkey_that_is_found_without_a_name_and_asks_who_holds_it()
    {
        var bob = await WithPasskey();

        var creation = (await FakeAuthenticator.BeginAdding(bob)).ReadAsJson();
        var request = (await FakeAuthenticator.BeginSignIn(host.Browser())).ReadAsJson();

        creation.GetProperty("authenticatorSelection").GetProperty("residentKey").GetString().ShouldBe("required");
        creation.GetProperty("authenticatorSelection").GetProperty("userVerification").GetString().ShouldBe("required");
        creation.GetProperty("user").GetProperty("name").GetString().ShouldBe(bob.Name);
        creation.GetProperty("excludeCredentials").EnumerateArray().ShouldHaveSingleItem().GetProperty("id").GetString()
            .ShouldBe(_device.Id);
        request.GetProperty("userVerification").GetString().ShouldBe("required");
        request.GetProperty("allowCredentials").EnumerateArray().ShouldBeEmpty("nobody learns here whose passkeys there are");
    }

    [Fact]
    public async Task A_device_that_did_not_ask_who_holds_it_is_refused()
    {
        var bob = await host.SignedIn();
        _device.Verifies = false;
        await ShouldBeRefused(Add(bob), NotAdded);

        _device.Verifies = true;
        await _device.AddTo(bob);
        _device.Verifies = false;
        await ShouldBeRefused(_device.SignIn(host.Browser()), NotSignedIn);
    }

    [Fact]
    public async Task What_was_made_at_another_site_is_refused()
    {
        var bob = await host.SignedIn();
        _device.ClientDataOrigin = "https://evil.example";
        await ShouldBeRefused(Add(bob), NotAdded);

        _device.ClientDataOrigin = FakeAuthenticator.Origin;
        await _device.AddTo(bob);
        _device.ClientDataOrigin = "https://evil.example";
        await ShouldBeRefused(_device.SignIn(host.Browser()), NotSignedIn);
    }

    [Fact]
    public async Task A_passkey_that_says_it_is_somebody_elses_is_refused()
    {
        await WithPasskey();
        var mallory = await host.SignedIn("mallory");
        await _other.AddTo(mallory);
        _other.UserHandle = _device.UserHandle;

        await ShouldBeRefused(_other.SignIn(host.Browser()), NotSignedIn);
    }

    [Fact]
    public async Task One_signed_with_another_key_is_refused()
    {
        await WithPasskey();
        var visitor = host.Browser();
        var options = (await FakeAuthenticator.BeginSignIn(visitor)).ReadAsJson();
        _other.UserHandle = _device.UserHandle;
        var forged = _other.Get(options).Replace(_other.Id, _device.Id, StringComparison.Ordinal);

        await ShouldBeRefused(FakeAuthenticator.FinishSignIn(visitor, forged), NotSignedIn);
    }

    [Fact]
    public async Task An_answer_to_other_options_is_refused()
    {
        var bob = await WithPasskey();
        var stale = (await FakeAuthenticator.BeginSignIn(host.Browser())).ReadAsJson();
        var visitor = host.Browser();
        await FakeAuthenticator.BeginSignIn(visitor);
        await ShouldBeRefused(FakeAuthenticator.FinishSignIn(visitor, _device.Get(stale)), NotSignedIn);

        var staleCreation = (await FakeAuthenticator.BeginAdding(bob)).ReadAsJson();
        await FakeAuthenticator.BeginAdding(bob);
        await ShouldBeRefused(FakeAuthenticator.FinishAdding(bob, _other.Create(staleCreation)), NotAdded);
    }

    [Fact]
    public async Task One_that_was_begun_by_somebody_else_in_this_browser_is_not_added()
    {
        var (alice, bob) = (await host.SignedIn("alice"), await host.SignedIn("bob"));
        var options = (await FakeAuthenticator.BeginAdding(alice)).ReadAsJson();
        bob.Cookies.Add(alice.Cookies.GetAllCookies().Single(cookie => cookie.Name == "market-passkey"));

        await ShouldBeRefused(FakeAuthenticator.FinishAdding(bob, _device.Create(options)), NotAdded);

        (await host.Data(db => db.UserPasskeys.AnyAsync(p => p.UserId == bob.Id || p.UserId == alice.Id))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_passkey_belongs_to_one_person()
    {
        await WithPasskey();
        var mallory = await host.SignedIn("mallory");

        await ShouldBeRefused(Add(mallory), NotAdded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""
        {"id":"AA","rawId":"AA","type":"public-key","clientExtensionResults":{},"response":
        {"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AA","signature":"AA","userHandle":"eA"}}
        """)]
    [InlineData("""{"id":"%%","type":"public-key","response":{"clientDataJSON":"%%"}}""")]
    public async Task What_is_no_credential_is_refused_with_a_sentence(string credential)
    {
        var bob = await host.SignedIn();
        await ShouldBeRefused(FakeAuthenticator.FinishAdding(bob, credential), NotAdded);
        await FakeAuthenticator.BeginAdding(bob);
        await ShouldBeRefused(FakeAuthenticator.FinishAdding(bob, credential), NotAdded);

        var visitor = host.Browser();
        await ShouldBeRefused(FakeAuthenticator.FinishSignIn(visitor, credential), NotSignedIn);
        await FakeAuthenticator.BeginSignIn(visitor);
        await ShouldBeRefused(FakeAuthenticator.FinishSignIn(visitor, credential), NotSignedIn);
    }

    [Fact]
    public async Task Without_options_of_its_own_a_good_credential_is_refused()
    {
        var bob = await WithPasskey();
        var creation = (await FakeAuthenticator.BeginAdding(bob)).ReadAsJson();
        var request = (await FakeAuthenticator.BeginSignIn(host.Browser())).ReadAsJson();

        await ShouldBeRefused(FakeAuthenticator.FinishSignIn(host.Browser(), _device.Get(request)), NotSignedIn);
        await ShouldBeRefused(FakeAuthenticator.FinishAdding(await host.SignedIn("mallory"), _other.Create(creation)), NotAdded);

        // The state of one ceremony is not valid for the other ceremony either.
        await ShouldBeRefused(FakeAuthenticator.FinishAdding(await BegunSignIn(), _other.Create(creation)), NotAdded);

        async Task<TestBrowser> BegunSignIn()
        {
            var visitor = host.Browser();
            await FakeAuthenticator.BeginSignIn(visitor);
            await visitor.SignIn(bob.Name, MarketHost.Password);
            return visitor;
        }
    }

    [Fact]
    public async Task Wrong_passwords_of_somebody_else_keep_nobodys_passkey_out()
    {
        var bob = await WithPasskey();
        await host.Data(db => db.Users.Where(u => u.Id == bob.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.LockoutEnd, DateTimeOffset.UtcNow.AddMinutes(5))));

        (await _device.SignIn(host.Browser())).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task A_deleted_account_is_deleted_for_passkeys_too()
    {
        var bob = await WithPasskey();
        await bob.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));

        await ShouldBeRefused(_device.SignIn(host.Browser()), NotSignedIn);
        (await host.Data(db => db.UserPasskeys.AnyAsync(p => p.UserId == bob.Id))).ShouldBeFalse();
    }

    [Fact]
    public async Task They_come_along_in_ones_own_data()
    {
        var bob = await host.SignedIn();
        await _device.AddTo(bob, "내 휴대폰");

        var copy = (await bob.Scenario(s => s.Get.Url("/account/export"))).ReadAsJson();

        var passkey = copy.GetProperty("profile").GetProperty("passkeys").EnumerateArray().ShouldHaveSingleItem();
        passkey.GetProperty("name").GetString().ShouldBe("내 휴대폰");
        passkey.GetProperty("addedAt").GetString().ShouldNotBeNull().ShouldEndWith("Z");
    }

    [Fact]
    public async Task A_signed_out_visitor_is_redirected_to_sign_in_and_a_script_gets_401()
    {
        await host.Browser().Scenario(s =>
        {
            s.Get.Url(Page);
            s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fpasskeys");
        });
        foreach (var handler in new[] { "Options", "Add" })
        {
            await host.Browser().Scenario(s =>
            {
                s.Post.Url($"{Page}?handler={handler}");
                s.AsScript();
                s.StatusCodeShouldBe(401);
            });
        }
    }

    [Theory]
    [InlineData($"{Page}?handler=Options")]
    [InlineData($"{Page}?handler=Add")]
    [InlineData("/account/sign-in?handler=PasskeyOptions")]
    [InlineData("/account/sign-in?handler=Passkey")]
    public async Task Without_the_pages_token_nothing_begins_or_ends(string url)
    {
        var bob = url.StartsWith(Page, StringComparison.Ordinal) ? await host.SignedIn() : host.Browser();

        await bob.Scenario(s =>
        {
            s.Post.Form(("name", "x"), ("password", MarketHost.Password)).ToUrl(url);
            s.AsScript();
            s.StatusCodeShouldBe(400);
        });
    }

    [Fact]
    public async Task Without_scripts_the_door_shows_no_button_that_does_nothing() =>
        (await host.Browser().Page("/account/sign-in")).QuerySelector("[data-passkey]").ShouldNotBeNull().HasAttribute("hidden")
            .ShouldBeTrue();

    public void Dispose()
    {
        _device.Dispose();
        _other.Dispose();
    }

    private async Task<TestBrowser> WithPasskey()
    {
        var bob = await host.SignedIn();
        await _device.AddTo(bob);
        return bob;
    }

    private async Task<IScenarioResult> Add(TestBrowser visitor) =>
        await FakeAuthenticator.FinishAdding(visitor, _device.Create((await FakeAuthenticator.BeginAdding(visitor)).ReadAsJson()));

    private static async Task ShouldBeRefused(Task<IScenarioResult> asked, string sentence)
    {
        var result = await asked;
        result.StatusCode.ShouldBe(400, result.ReadAsText());
        result.ReadAsJson<ApiContracts.Problem>().Detail.ShouldStartWith(sentence);
    }
}
