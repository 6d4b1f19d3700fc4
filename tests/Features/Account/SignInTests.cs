using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MarketChat.Tests.Features.Account;

public sealed class SignInTests(SignInTests.CountingHost host) : IClassFixture<SignInTests.CountingHost>
{
    private const string Page = "/account/sign-in";
    private const string Form = "form[data-sign-in]";
    private const string Failed = "이름이나 비밀번호가 맞지 않아요.";
    private const int FailuresBeforeLockout = 8;

    [Fact]
    public async Task The_right_password_leads_home()
    {
        var user = await host.AddUser("bob");

        (await SignIn(host.Browser(), user.UserName!)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task A_page_that_asked_for_it_is_come_back_to()
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser();
        var sentAway = await visitor.Scenario(s =>
        {
            s.Get.Url("/account/profile?from=tabs");
            s.StatusCodeShouldBe(302);
        });
        var door = new Uri(sentAway.Location!).PathAndQuery;
        door.ShouldStartWith(Page);

        var result = await visitor.Submit(door, Form, ("userName", user.UserName!), ("password", MarketHost.Password));

        result.Location.ShouldBe("/account/profile?from=tabs");
    }

    [Fact]
    public async Task A_wrong_password_on_the_way_does_not_lose_the_way()
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser();
        var again = await visitor.Submit($"{Page}?returnUrl=/chat/3", Form, ("userName", user.UserName!), ("password", "wrong"));

        var result = await visitor.Submit(
            again.ReadAsHtml(), Page, Form, ("userName", user.UserName!), ("password", MarketHost.Password));

        result.Location.ShouldBe("/chat/3");
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("///evil.example")]
    [InlineData("~//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("https:evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("%2F%2Fevil.example")]
    [InlineData("/%2Fevil.example")]
    [InlineData("%252F%252Fevil.example")]
    [InlineData("%2F%5Cevil.example")]
    [InlineData("/\r\nSet-Cookie: a=b")]
    public async Task Nobody_is_led_to_another_site_or_into_a_broken_header(string returnUrl)
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser();
        var url = $"{Page}?returnUrl={Uri.EscapeDataString(returnUrl)}";
        (await visitor.Page(url)).QuerySelector("a[href='/account/sign-up']").ShouldNotBeNull("the way is not carried on either");

        (await SignIn(visitor, user.UserName!, url: url)).Location.ShouldBe("/");

        await visitor.Scenario(s =>
        {
            s.Get.Url(url);
            s.ShouldRedirectTo("/");
        });
    }

    [Theory]
    [InlineData("%2Fchat%2F3", "/chat/3")]
    [InlineData("%252Fchat%252F3", "/chat/3")]
    [InlineData("/chat%3Fproduct%3D9", "/chat?product=9")]
    [InlineData("%2Fchat%2Fsearch%3Fq%3D%25EC%259E%2590", "/chat/search?q=%EC%9E%90")]
    [InlineData("/chat/search?q=자전거 50%25", "/chat/search?q=%EC%9E%90%EC%A0%84%EA%B1%B0%2050%25")]
    [InlineData("/chat/search?q=a%2Fb%3F", "/chat/search?q=a%2Fb%3F")]
    public async Task A_way_that_was_encoded_too_often_or_not_enough_leads_where_it_should(string returnUrl, string location)
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser();
        var url = $"{Page}?returnUrl={Uri.EscapeDataString(returnUrl)}";

        (await SignIn(visitor, user.UserName!, url: url)).Location.ShouldBe(location);

        await visitor.Scenario(s =>
        {
            s.Get.Url(url);
            s.ShouldRedirectTo(location);
        });
    }

    [Fact]
    public async Task Whoever_is_signed_in_is_sent_on() => await (await host.SignedIn()).Scenario(s =>
    {
        s.Get.Url($"{Page}?returnUrl=/chat/3");
        s.ShouldRedirectTo("/chat/3");
    });

    [Fact]
    public async Task A_form_left_open_in_another_tab_lets_in_who_is_in_already()
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser();
        var url = $"{Page}?returnUrl=/chat/3";
        var otherTab = await visitor.Page(url);
        await visitor.SignIn(user.UserName!, MarketHost.Password);

        var stale = await visitor.Submit(otherTab, url, Form, ("userName", user.UserName!), ("password", MarketHost.Password));

        await visitor.Scenario(s =>
        {
            s.Get.Url(stale.Location!);
            s.ShouldRedirectTo("/chat/3");
        });
    }

    [Fact]
    public async Task A_form_from_another_site_signs_nobody_in()
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser();

        await visitor.Scenario(s =>
        {
            s.Post.Form(("userName", user.UserName!), ("password", MarketHost.Password)).ToUrl(Page);
            s.StatusCodeShouldBe(400);
        });

        (await IsSignedIn(visitor)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_form_comes_back_with_the_name_but_never_with_the_password()
    {
        var user = await host.AddUser("bob");

        var result = await SignIn(host.Browser(), user.UserName!, "not-my-password");

        result.StatusCode.ShouldBe(200);
        result.ReadAsHtml().QuerySelector<IHtmlInputElement>("input[name=userName]")!.Value.ShouldBe(user.UserName);
        result.ReadAsText().ShouldNotContain("not-my-password");
    }

    [Fact]
    public async Task An_unknown_name_and_a_wrong_password_read_the_same_and_take_the_same_work()
    {
        var user = await host.AddUser("bob");

        var (wrongPassword, workForKnown) = await Counting(() => SignIn(host.Browser(), user.UserName!, "wrong password"));
        var (unknownName, workForUnknown) = await Counting(() => SignIn(host.Browser(), "nobody", "wrong password"));

        ErrorOf(wrongPassword).ShouldStartWith(Failed);
        ErrorOf(unknownName).ShouldBe(ErrorOf(wrongPassword));
        workForKnown.ShouldBe(1);
        workForUnknown.ShouldBe(1);
    }

    [Fact]
    public async Task So_do_an_account_without_a_password_and_one_that_is_deleted()
    {
        var byPasskey = await host.AddUser("bob");
        await host.Data(
            db => db.Users.Where(u => u.Id == byPasskey.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, (string?)null)));
        var deleted = await host.SignedIn("bob");
        await deleted.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));

        var (withoutPassword, workForPasskey) = await Counting(() => SignIn(host.Browser(), byPasskey.UserName!));
        var (gone, workForDeleted) = await Counting(() => SignIn(host.Browser(), deleted.Name));
        var (unknownName, _) = await Counting(() => SignIn(host.Browser(), "nobody"));

        ErrorOf(withoutPassword).ShouldBe(ErrorOf(unknownName));
        ErrorOf(gone).ShouldBe(ErrorOf(unknownName));
        workForPasskey.ShouldBe(1);
        workForDeleted.ShouldBe(1);
    }

    [Theory]
    [InlineData("ko", "이름을 입력해주세요.", "비밀번호를 입력해주세요.")]
    [InlineData("en", "Please enter your name.", "Please enter your password.")]
    public async Task Nothing_typed_is_asked_for_in_the_readers_language(string language, string name, string password)
    {
        var page = (await host.Browser(language).Submit(Page, Form, ("userName", ""), ("password", ""))).ReadAsHtml();

        page.GetElementById("UserName-error").ShouldNotBeNull().TextContent.ShouldBe(name);
        page.GetElementById("Password-error").ShouldNotBeNull().TextContent.ShouldBe(password);
    }

    [Theory]
    [InlineData("' OR 1=1 --", "' OR 1=1 --")]
    [InlineData("\uFFFD\uFFFE", "\uFFFE\uFFFF")]
    [InlineData("%00", "%")]
    public async Task Odd_characters_are_only_a_wrong_name_or_password(string name, string password) =>
        ErrorOf(await SignIn(host.Browser(), name, password)).ShouldStartWith(Failed);

    [Fact]
    public async Task So_are_very_long_ones()
    {
        var user = await host.AddUser("bob");

        ErrorOf(await SignIn(host.Browser(), new string('a', 50_000))).ShouldStartWith(Failed);
        ErrorOf(await SignIn(host.Browser(), user.UserName!, new string('a', 50_000))).ShouldStartWith(Failed);
    }

    [Fact]
    public async Task A_form_that_nobody_can_have_typed_is_turned_away() =>
        ErrorOf(await SignIn(host.Browser(), "nul\0l", "pass\0word")).ShouldStartWith(Failed);

    [Theory]
    [InlineData("yuna", "YuNa")]
    [InlineData("하늘", "\u1112\u1161\u1102\u1173\u11AF")]
    [InlineData("sora", " ｓｏｒａ ")]
    public async Task A_name_can_be_written_another_way(string name, string written)
    {
        var user = await host.AddUser(name);
        var number = user.UserName![name.Length..];

        (await SignIn(host.Browser(), written.TrimEnd() + number)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task After_eight_failures_even_the_right_password_waits_five_minutes()
    {
        var user = await host.AddUser("locked");
        for (var i = 0; i < FailuresBeforeLockout; i++) await SignIn(host.Browser(), user.UserName!, "wrong password");

        var (refused, work) = await Counting(() => SignIn(host.Browser(), user.UserName!));
        ErrorOf(refused).ShouldStartWith(Failed);
        work.ShouldBe(1, "a lock shows in the time taken no more than in the words");

        await PassLockout(user, TimeSpan.FromMinutes(4));
        ErrorOf(await SignIn(host.Browser(), user.UserName!)).ShouldStartWith(Failed);
        await PassLockout(user, TimeSpan.FromMinutes(1));
        (await SignIn(host.Browser(), user.UserName!)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task Seven_failures_are_forgotten_by_a_success()
    {
        var user = await host.AddUser("clumsy");
        for (var i = 0; i < FailuresBeforeLockout - 1; i++) await SignIn(host.Browser(), user.UserName!, "wrong password");
        await SignIn(host.Browser(), user.UserName!);
        await SignIn(host.Browser(), user.UserName!, "wrong password");

        (await SignIn(host.Browser(), user.UserName!)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task A_locked_name_and_an_unknown_one_read_the_same()
    {
        var user = await host.AddUser("locked");
        IScenarioResult known = null!, unknown = null!;
        for (var i = 0; i <= FailuresBeforeLockout; i++)
        {
            known = await SignIn(host.Browser(), user.UserName!, "wrong password");
            unknown = await SignIn(host.Browser(), "nobody", "wrong password");
        }

        ErrorOf(known).ShouldBe(ErrorOf(unknown));
    }

    [Fact]
    public async Task Ones_own_language_comes_along_to_a_new_browser()
    {
        var user = await host.AddUser("jane");
        await host.Data(db => db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Language, "en")));
        var koreanBrowser = host.Browser("ko");

        await koreanBrowser.SignIn(user.UserName!, MarketHost.Password);

        (await koreanBrowser.Page("/account/profile")).DocumentElement.GetAttribute("lang").ShouldBe("en");
    }

    [Fact]
    public async Task The_session_is_kept_when_the_browser_closes_and_out_of_scripts_reach()
    {
        var user = await host.AddUser("bob");

        var cookie = (await SignIn(host.Browser(), user.UserName!)).Header("Set-Cookie").ShouldNotBeNull();

        cookie.ShouldContain("market-session=");
        cookie.ShouldContain("expires=");
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
    }

    [Fact]
    public async Task A_session_lasts_as_long_as_one_comes_by_every_two_weeks()
    {
        using var market = new MarketHost();
        var bob = await market.SignedIn();

        for (var visit = 0; visit < 3; visit++)
        {
            market.Clock.Advance(TimeSpan.FromDays(13));
            (await IsSignedIn(bob)).ShouldBeTrue();
        }

        market.Clock.Advance(TimeSpan.FromDays(15));
        (await IsSignedIn(bob)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_tab_left_open_does_not_keep_a_session_alive()
    {
        using var market = new MarketHost();
        var bob = await market.SignedIn();

        for (var day = 1; day < 14; day++)
        {
            market.Clock.Advance(TimeSpan.FromDays(1));
            (await Badge(bob)).ShouldBe(200, $"day {day}");
        }

        market.Clock.Advance(TimeSpan.FromDays(2));
        (await Badge(bob)).ShouldBe(401);
    }

    [Fact]
    public async Task A_session_survives_a_restart()
    {
        using var before = new MarketHost();
        var bob = await before.SignedIn();

        using var after = before.Restart();

        (await IsSignedIn(after.Browser(cookies: bob.Cookies))).ShouldBeTrue();
    }

    [Fact]
    public async Task A_script_is_told_that_nobody_is_signed_in() => await host.Browser().Scenario(s =>
    {
        s.Get.Url("/account/profile");
        s.AsScript();
        s.StatusCodeShouldBe(401);
        s.ContentShouldContain("로그인이 필요합니다.");
    });

    [Fact]
    public async Task Another_method_is_no_way_in() => await host.Browser().Scenario(s =>
    {
        s.Put.Url(Page);
        s.StatusCodeShouldBe(405);
    });

    [Theory]
    [InlineData("Development", "true", true)]
    [InlineData("Development", "false", false)]
    [InlineData("Production", "false", false)]
    [InlineData("Production", "true", false)]
    public async Task The_demo_accounts_are_named_where_one_develops_and_nowhere_else(string environment, string demo, bool named)
    {
        using var market = new MarketHost().With("environment", environment).With("Demo:Enabled", demo);
        DemoStorage.CopyTo(market);

        var page = await market.Browser().Page(Page);

        (page.QuerySelector("[data-demo-accounts]") is not null).ShouldBe(named);
    }

    private static Task<IScenarioResult> SignIn(TestBrowser visitor, string name, string password = MarketHost.Password,
        string url = Page) =>
        visitor.Submit(url, Form, ("userName", name), ("password", password));

    private static string ErrorOf(IScenarioResult result)
    {
        result.StatusCode.ShouldBe(200);
        return result.ReadAsHtml().QuerySelector(".form__error[role=alert]").ShouldNotBeNull().TextContent;
    }

    private static async Task<bool> IsSignedIn(TestBrowser visitor) =>
        (await visitor.Status("/account/profile")) == 200;

    private static Task<int> Badge(TestBrowser visitor) => visitor.Status("/badge");

    // Identity reads the system clock for the lockout instead of the app's clock, so the test moves the end of the lockout.
    private Task PassLockout(User user, TimeSpan time) => host.Data(async db =>
    {
        var locked = await db.Users.SingleAsync(u => u.Id == user.Id);
        locked.LockoutEnd -= time;
        return await db.SaveChangesAsync();
    });

    private async Task<(IScenarioResult Result, int Hashes)> Counting(Func<Task<IScenarioResult>> act)
    {
        var before = host.Hashes;
        var result = await act();
        return (result, host.Hashes - before);
    }

    /// <summary>Counts the password hashes computed, which take most of the time.</summary>
    public sealed class CountingHost : MarketHost
    {
        private readonly CountingHasher _hasher = new();

        public int Hashes => _hasher.Hashes;

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton<IPasswordHasher<User>>(_hasher)));
        }
    }

    private sealed class CountingHasher : IPasswordHasher<User>
    {
        private readonly PasswordHasher<User> _hasher = MarketHost.QuickHasher;
        private int _hashes;

        public int Hashes => _hashes;

        public string HashPassword(User user, string password)
        {
            Interlocked.Increment(ref _hashes);
            return _hasher.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref _hashes);
            return _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
