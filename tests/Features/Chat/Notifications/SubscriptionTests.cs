using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Chat.Notifications;

public sealed class SubscriptionTests(PushHost host) : IClassFixture<PushHost>
{
    [Fact]
    public async Task The_button_says_whether_this_browser_is_subscribed()
    {
        var bob = await host.SignedIn();
        (await IsOn(bob)).ShouldBeFalse();

        await host.Subscribe(bob);
        (await IsOn(bob)).ShouldBeTrue();
        var elsewhere = host.Browser();
        await elsewhere.SignIn(bob.Name, MarketHost.Password);
        (await IsOn(elsewhere)).ShouldBeFalse("it is another browser");

        (await PushHost.Unsubscribe(bob)).StatusCode.ShouldBe(204);
        (await IsOn(bob)).ShouldBeFalse();
        (await host.CountSubscriptions(bob)).ShouldBe(0);
    }

    [Fact]
    public async Task Who_never_asked_for_it_costs_the_pages_no_statement()
    {
        var talk = await Conversation.Create(host);
        await talk.Seller.Page(talk.Url);

        (await host.CountStatements(() => talk.Seller.Page("/chat"))).ShouldBe(2); // The list and the badge.
        // The room, its messages, the list beside it, and the badge.
        (await host.CountStatements(() => talk.Seller.Page(talk.Url))).ShouldBe(4);
    }

    [Fact]
    public async Task Asking_again_in_the_same_browser_makes_one_subscription()
    {
        var bob = await host.SignedIn();
        var phone = await host.Subscribe(bob);

        await host.Subscribe(bob, phone);
        await host.Subscribe(bob); // The browser has renewed its subscription.

        (await host.CountSubscriptions(bob)).ShouldBe(1);
    }

    [Fact]
    public async Task Who_signs_out_is_notified_no_more_in_that_browser()
    {
        var talk = await Conversation.Create(host);
        var elsewhere = host.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        var (phone, laptop) = (await host.Subscribe(talk.Seller), await host.Subscribe(elsewhere));

        await talk.Seller.Submit("/account/profile", "form[data-sign-out]");
        await talk.Send(talk.Buyer, "안녕하세요");

        await host.Notified(laptop, 1);
        host.Service.SentTo(phone).ShouldBeEmpty();
        (await host.CountSubscriptions(talk.Seller)).ShouldBe(1);
    }

    [Fact]
    public async Task Who_signs_out_everywhere_is_notified_nowhere()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var elsewhere = host.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        var (phone, laptop) = (await host.Subscribe(talk.Seller), await host.Subscribe(elsewhere));

        await elsewhere.Submit("/account/profile", "form[data-sign-out-everywhere]");
        await talk.Send(talk.Buyer, "안녕하세요");
        host.Clock.Advance(TimeSpan.FromSeconds(2));

        await host.Clock.AdvanceUntil(async () => await host.CountSubscriptions(talk.Seller) == 0,
            "the next message finds that it is over");
        host.Service.SentTo(phone).ShouldBeEmpty();
        host.Service.SentTo(laptop).ShouldBeEmpty();
    }

    [Fact]
    public async Task With_a_new_password_only_the_browser_it_was_set_in_is_still_notified()
    {
        var talk = await Conversation.Create(host);
        var elsewhere = host.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        var (phone, laptop) = (await host.Subscribe(talk.Seller), await host.Subscribe(elsewhere));

        (await talk.Seller.Submit("/account/password", "main form", ("currentPassword", MarketHost.Password),
            ("newPassword", "another long one"), ("confirmPassword", "another long one"))).StatusCode.ShouldBe(303);
        await talk.Send(talk.Buyer, "안녕하세요");

        await host.Notified(phone, 1);
        host.Service.SentTo(laptop).ShouldBeEmpty();
        (await host.CountSubscriptions(talk.Seller)).ShouldBe(1);
    }

    [Fact]
    public async Task A_browser_tells_whoever_signed_in_there_last()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);

        var charlie = await host.AddUser("charlie"); // The first user is not signed out.
        talk.Seller.Cookies.GetCookies(talk.Seller.Address)["market-session"]!.Expired = true;
        await talk.Seller.SignIn(charlie.UserName!, MarketHost.Password);

        (await host.CountSubscriptions(talk.Seller)).ShouldBe(0);
        (await IsOn(talk.Seller)).ShouldBeFalse("the second one has not asked");
        var again = host.Browser();
        await again.SignIn(charlie.UserName!, MarketHost.Password);
        await host.Subscribe(again, phone);
        (await host.Data(db => db.PushSubscriptions.SingleAsync(s => s.Endpoint == phone.Endpoint))).UserId.ShouldBe(charlie.Id);
    }

    [Fact]
    public async Task Signing_in_again_in_the_same_browser_keeps_it()
    {
        var bob = await host.SignedIn();
        await host.Subscribe(bob);

        bob.Cookies.GetCookies(bob.Address)["market-session"]!.Expired = true;
        await bob.SignIn(bob.Name, MarketHost.Password);

        (await IsOn(bob)).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_too_many_browsers_the_oldest_is_forgotten()
    {
        var bob = await host.SignedIn();
        var browsers = new List<FakePushClient>();
        for (var i = 0; i <= PushSubscription.MaxPerUser; i++)
        {
            bob.Cookies.GetCookies(bob.Address)["market-push"]?.Expired = true; // Simulates another browser.
            browsers.Add(await host.Subscribe(bob));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await host.Data(db => db.PushSubscriptions.Where(s => s.UserId == bob.Id).Select(s => s.Endpoint).ToListAsync()))
            .ShouldBe(browsers.Skip(1).Select(browser => browser.Endpoint), ignoreOrder: true);
    }

    [Fact]
    public async Task Nothing_of_it_is_left_when_the_account_is_deleted()
    {
        var talk = await Conversation.Create(host);
        await host.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "안녕하세요");
        await PushHost.Mute(talk, talk.Seller);

        await talk.Seller.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));

        (await host.CountSubscriptions(talk.Seller)).ShouldBe(0);
        (await host.Data(db => db.RoomMembers.CountAsync(m => m.UserId == talk.Seller.Id && m.IsMuted))).ShouldBe(0);
        (await host.Data(db => db.DueNotifications.CountAsync(n => n.ChatRoomId == talk.RoomId))).ShouldBe(0);
    }

    [Fact]
    public async Task It_is_in_ones_copy_of_ones_data()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        await PushHost.Mute(talk, talk.Seller);

        var copy = (await talk.Seller.Scenario(s => s.Get.Url("/account/export"))).ReadAsJson();

        copy.GetProperty("profile").GetProperty("notifiedBrowsers")[0].GetProperty("address").GetString().ShouldBe(phone.Endpoint);
        copy.GetProperty("rooms")[0].GetProperty("muted").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("gopher://127.0.0.1/1")]
    [InlineData("https://push.example/1#here")]
    public async Task What_is_no_subscription_is_refused_with_a_sentence(string endpoint)
    {
        var bob = await host.SignedIn();

        var refused = await PushHost.Post(bob, "/chat/notifications", new FakePushClient(endpoint).Fields);

        refused.StatusCode.ShouldBe(400);
        refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("브라우저가 알려준 알림 주소를 쓸 수 없어요.");
        (await host.CountSubscriptions(bob)).ShouldBe(0);
    }

    [Theory]
    [InlineData("http://push.example/1")]
    [InlineData("https://push.example:8443/1")]
    [InlineData("https://169.254.169.254/latest")]
    public async Task Outside_tests_an_address_leads_into_the_open_internet_or_is_refused(string endpoint)
    {
        await using var strict = new MarketHost();
        var bob = await strict.SignedIn();

        (await PushHost.Post(bob, "/chat/notifications", new FakePushClient(endpoint).Fields)).StatusCode.ShouldBe(400);
    }

    [Fact]
    public async Task A_name_that_leads_inside_by_the_time_of_the_message_is_not_followed_but_forgotten()
    {
        await using var strict = new MarketHost();
        var talk = await Conversation.Create(strict);
        (await PushHost.Post(talk.Seller, "/chat/notifications", new FakePushClient("https://localhost/1").Fields))
            .StatusCode.ShouldBe(204);

        await talk.Send(talk.Buyer, "안녕하세요");
        strict.Clock.Advance(TimeSpan.FromSeconds(2));

        await strict.Clock.AdvanceUntil(() => strict.Data(db => db.PushSubscriptions.AllAsync(s => s.IsSuspended)), "it is not used again");
    }

    [Fact]
    public async Task A_signed_out_visitor_cannot_subscribe()
    {
        await host.Browser().Scenario(s =>
        {
            s.Post.Form(host.Service.Browser().Fields).ToUrl("/chat/notifications");
            s.AsScript();
            s.StatusCodeShouldBe(401);
        });
    }

    [Fact]
    public async Task The_workers_script_is_for_the_whole_site_and_always_the_present_one()
    {
        var script = await host.Browser().Scenario(s => s.Get.Url("/chat-worker.js"));

        script.StatusCode.ShouldBe(200);
        script.Header("Content-Type").ShouldBe("text/javascript; charset=utf-8");
        script.Header("Service-Worker-Allowed").ShouldBe("/");
        script.Header("Cache-Control").ShouldBe("no-store");
        script.ReadAsText().ShouldContain("showNotification");
        script.ReadAsText().ShouldNotContain("'fetch'", customMessage: "it stands between no page and the network");
    }

    [Fact]
    public async Task Under_a_path_of_the_host_the_worker_is_for_that_path()
    {
        await using var market = new MarketHost();
        market.With("PathBase", "/market");

        var script = await market.Browser().Scenario(s => s.Get.Url("/market/chat-worker.js"));

        script.Header("Service-Worker-Allowed").ShouldBe("/market/");
    }

    private static async Task<bool> IsOn(TestBrowser visitor) =>
        (await visitor.Page("/chat")).QuerySelector("[data-notification-toggle]").ShouldNotBeNull()
            .GetAttribute("data-server") == "active";
}
