using System.Net;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Identity;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Account;

public sealed class SessionsTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Route = "/account/sign-out-everywhere";
    private const string Profile = "/account/profile";
    private const string Button = "form[data-sign-out-everywhere]";
    private const string Session = "market-session";

    [Fact]
    public async Task Signing_out_everywhere_ends_every_session_at_its_next_request()
    {
        var (phone, desktop) = await OnTwoDevices();

        (await phone.Submit(Profile, Button)).Location.ShouldBe("/");

        (await Status(desktop, "/badge")).ShouldBe(401);
        (await Status(desktop, Profile)).ShouldBe(302);
        (await Status(phone, "/badge")).ShouldBe(401);
        (await Status(phone, Profile)).ShouldBe(302);
        await desktop.SignIn(phone.Name, MarketHost.Password);
        (await Status(desktop, Profile)).ShouldBe(200);
    }

    [Fact]
    public async Task It_ends_nobody_elses()
    {
        var (bob, alice) = (await host.SignedIn("bob"), await host.SignedIn("alice"));

        await bob.Submit(Profile, Button);

        (await Status(alice, Profile)).ShouldBe(200);
    }

    [Fact]
    public async Task A_copy_of_the_cookie_is_worth_nothing_afterwards()
    {
        var bob = await host.SignedIn();
        var copy = host.Browser(cookies: Copy(bob));
        (await Status(copy, Profile)).ShouldBe(200);

        await bob.Submit(Profile, Button);

        (await Status(copy, Profile)).ShouldBe(302);
    }

    [Fact]
    public async Task Polls_held_for_the_person_end_at_once()
    {
        var (phone, desktop) = await OnTwoDevices();
        var version = (await desktop.Scenario(s => s.Get.Url("/badge"))).ReadAsJson<ApiContracts.Badge>().Version;
        var held = desktop.Scenario(s =>
        {
            s.Get.Url($"/badge?version={version}&wait=300");
            s.IgnoreStatusCode();
        });
        var notifier = host.Services.GetRequiredService<ChangeNotifier>();
        await Wait.Until(() => notifier.GetWaiterCount(phone.Id) == 1, "the poll is held");

        await phone.Submit(Profile, Button);

        await held;
        var now = notifier.GetVersion(phone.Id);
        now.ShouldBeGreaterThan(version);
        (await Status(desktop, $"/badge?version={now}&wait=300")).ShouldBe(401);
    }

    [Fact]
    public async Task A_link_ends_nothing()
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Get.Url(Route);
            s.ShouldRedirectTo(Profile);
        });

        (await Status(bob, Profile)).ShouldBe(200);
    }

    [Fact]
    public async Task Nor_does_a_form_from_another_site()
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Post.Url(Route);
            s.StatusCodeShouldBe(400);
        });

        (await Status(bob, Profile)).ShouldBe(200);
    }

    [Fact]
    public async Task Somebody_signed_out_is_at_the_door_already() => await host.Browser().Scenario(s =>
    {
        s.Post.Url(Route);
        s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fsign-out-everywhere");
    });

    [Fact]
    public async Task An_idle_poll_asks_the_database_nothing_however_old_its_session_is()
    {
        using var market = new MarketHost();
        var bob = await market.SignedIn();
        market.Clock.Advance(TimeSpan.FromHours(2)); // Longer than the interval at which Identity revalidates the security stamp.
        var version = (await bob.Scenario(s => s.Get.Url("/badge"))).ReadAsJson<ApiContracts.Badge>().Version;

        var statements = await market.CountStatements(async () =>
        {
            for (var i = 0; i < 3; i++) (await Status(bob, $"/badge?version={version}")).ShouldBe(204);
        });

        statements.ShouldBe(0);
    }

    [Fact]
    public async Task A_stamp_changed_elsewhere_is_noticed_within_a_minute()
    {
        using var market = new MarketHost();
        var bob = await market.SignedIn();
        (await Status(bob, "/badge")).ShouldBe(200);
        await market.Data(
            db => db.Users.Where(u => u.Id == bob.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.SecurityStamp, "another")));

        market.Clock.Advance(SecurityStampCache.MaxAge);

        (await Status(bob, "/badge")).ShouldBe(401);
    }

    [Fact]
    public async Task A_stamp_looked_up_while_one_changes_is_not_relied_on()
    {
        using var market = new MarketHost();
        var bob = await market.SignedIn();
        var stamps = market.Services.GetRequiredService<SecurityStampCache>();
        market.Statements.Before = sql =>
        {
            if (sql.Contains("\"SecurityStamp\"", StringComparison.Ordinal)) stamps.Invalidate(bob.Id);
        };
        var version = (await bob.Scenario(s => s.Get.Url("/badge"))).ReadAsJson<ApiContracts.Badge>().Version;
        market.Statements.Before = null;

        (await market.CountStatements(() => Status(bob, $"/badge?version={version}"))).ShouldBe(1);
        (await market.CountStatements(() => Status(bob, $"/badge?version={version}"))).ShouldBe(0);
    }

    [Fact]
    public async Task An_answer_to_a_session_that_is_over_takes_no_new_cookie_away()
    {
        var (phone, desktop) = await OnTwoDevices();
        await phone.Submit(Profile, Button);

        await desktop.Scenario(s =>
        {
            s.Get.Url("/badge");
            s.StatusCodeShouldBe(401);
            s.Header("Set-Cookie").ShouldNotBeWritten();
        });
    }

    [Fact]
    public async Task Over_https_the_session_travels_over_https_only_and_out_of_scripts_and_other_sites_reach()
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser(address: new Uri("https://localhost"));

        var signedIn =
            await visitor.Submit("/account/sign-in", "form[data-sign-in]", ("userName", user.UserName!), ("password", MarketHost.Password));

        var cookie = signedIn.Header("Set-Cookie").ShouldNotBeNull();
        cookie.ShouldContain($"{Session}=");
        cookie.ShouldContain("; secure");
        cookie.ShouldContain("; httponly");
        cookie.ShouldContain("; samesite=lax");
    }

    [Fact]
    public async Task Signing_in_replaces_whatever_session_somebody_has_planted()
    {
        var mallory = await host.SignedIn("mallory");
        var planted = Copy(mallory);
        var bob = await host.AddUser("bob");
        var visitor = host.Browser(cookies: planted);
        await mallory.Submit(Profile, Button); // Now the browser is on the sign-in page, with a cookie that another user knows.
        var before = SessionOf(planted);

        await visitor.SignIn(bob.UserName!, MarketHost.Password);

        SessionOf(planted).ShouldNotBe(before);
        (await visitor.Page(Profile)).QuerySelector("main h2")!.TextContent.ShouldBe(bob.UserName);
    }

    [Fact]
    public async Task Every_sign_in_begins_a_session_of_its_own()
    {
        var (phone, desktop) = await OnTwoDevices();

        SessionOf(phone.Cookies).ShouldNotBe(SessionOf(desktop.Cookies));
    }

    private async Task<(TestBrowser Phone, TestBrowser Desktop)> OnTwoDevices()
    {
        var phone = await host.SignedIn();
        var desktop = host.Browser();
        await desktop.SignIn(phone.Name, MarketHost.Password);
        return (phone, desktop);
    }

    private static Task<int> Status(TestBrowser visitor, string url) => visitor.Status(url);

    private static CookieContainer Copy(TestBrowser visitor)
    {
        var copy = new CookieContainer();
        copy.Add(visitor.Cookies.GetAllCookies());
        return copy;
    }

    private static string SessionOf(CookieContainer cookies) => cookies.GetAllCookies().Single(cookie => cookie.Name == Session).Value;
}
