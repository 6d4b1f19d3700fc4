using MarketChat.Features.Chat.Notifications;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>The life cycle of a subscription: each state with each event, as the table in the feature's README says.</summary>
public sealed class SubscriptionLifeCycleTests(PushHost host) : IClassFixture<PushHost>
{
    public static TheoryData<string, string, string> Cells
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (happening, state, next) in ReadmeTable.Read(
                "Features/Chat/Notifications/README.md", "The life of a subscription"))
            {
                data.Add(state, happening, next);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task From_each_state_each_event_leads_where_the_table_says(string state, string happening, string next)
    {
        var talk = await Conversation.Create(host);
        var phone = host.Service.Browser();
        if (state != "none") await host.Subscribe(talk.Seller, phone);
        if (state == "suspended") await Change(talk, set => set.SetProperty(s => s.IsSuspended, true));

        phone = await Happen(happening, talk, phone);

        host.Service.AnswerFor(phone, _ => Results.StatusCode(201));
        var before = host.Service.SentTo(phone).Count;
        if (happening != "the account is deleted")
        {
            var other = await host.AnotherRoom(talk);
            await other.Send(other.Buyer, "안녕하세요");
            await Settled();
        }

        (await StateOf(talk.Seller)).ShouldBe(next);
        (host.Service.SentTo(phone).Count > before).ShouldBe(next == "active", "only an active subscription is sent to");
    }

    [Fact]
    public async Task A_session_that_expired_without_a_sign_out_is_notified_no_more_until_the_user_is_back()
    {
        await using var own = new PushHost();
        await own.InitializeAsync();
        var talk = await Conversation.Create(own);
        var phone = await own.Subscribe(talk.Seller);
        own.Clock.Advance(TimeSpan.FromDays(13));
        await talk.Seller.Page("/"); // A visit extends the session, and the subscription with it.
        own.Clock.Advance(TimeSpan.FromDays(13));
        var other = await own.AnotherRoom(talk);
        await other.Send(other.Buyer, "아직 있나요?");
        await own.Notified(phone, 1);

        own.Clock.Advance(TimeSpan.FromDays(2));
        other = await own.AnotherRoom(talk);
        await other.Send(other.Buyer, "여보세요?");
        await own.Clock.AdvanceUntil(
            () => own.Data(db => db.PushSubscriptions.AnyAsync(s => s.UserId == talk.Seller.Id && s.IsSuspended)), "it is suspended");

        own.Service.SentTo(phone).Count.ShouldBe(1);
        await talk.Seller.SignIn(talk.Seller.Name, MarketHost.Password);
        var bell = (await talk.Seller.Page("/chat")).QuerySelector("[data-notification-toggle]").ShouldNotBeNull();
        bell.GetAttribute("data-server").ShouldBe("suspended", "so the page subscribes anew");
    }

    [Fact]
    public async Task Polls_alone_extend_neither_the_session_nor_the_subscription()
    {
        await using var own = new PushHost();
        await own.InitializeAsync();
        var talk = await Conversation.Create(own);
        await own.Subscribe(talk.Seller);
        var expiresAt = await own.Data(db => db.PushSubscriptions.Select(s => s.SessionExpiresAt).SingleAsync());

        own.Clock.Advance(TimeSpan.FromDays(8));
        await talk.Poll(talk.Seller);

        (await own.Data(db => db.PushSubscriptions.Select(s => s.SessionExpiresAt).SingleAsync())).ShouldBe(expiresAt);
    }

    [Fact]
    public async Task Services_that_never_respond_hold_up_nobody_else()
    {
        await using var own = new PushHost();
        await own.InitializeAsync();
        var hanging = own.Service.Browser();
        var end = new TaskCompletionSource();
        own.Service.AnswerFor(hanging, _ => new RetryAfterResult(503, "60", end.Task));
        var talk = await Conversation.Create(own);
        var elsewhere = own.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        await own.Subscribe(elsewhere, hanging);
        var phone = await own.Subscribe(talk.Seller);
        var rooms = new List<int>();
        for (var i = 0; i < 40; i++) rooms.Add(await own.AddRoom(await own.AddProduct(talk.Seller.Id), talk.Buyer.Id));

        await own.SendToAll(talk, rooms);

        await own.Notified(phone, rooms.Count);
        await Wait.Until(() => own.Service.SentTo(hanging).Count >= rooms.Count, "all of them wait");
        end.SetResult();
    }

    /// <summary>Lets something happen to the seller's browser. Returns the browser's subscription afterwards.</summary>
    private async Task<FakePushClient> Happen(string happening, Conversation talk, FakePushClient phone)
    {
        var (seller, now) = (talk.Seller, host.Clock.UtcNow);
        switch (happening)
        {
            case "the user turns notifications on":
                return await host.Subscribe(seller);
            case "the user turns notifications off":
                await PushHost.Unsubscribe(seller);
                break;
            case "the user signs out":
                await seller.Submit("/account/profile", "form[data-sign-out]");
                break;
            case "the user signs in again":
                await SignInHere(seller, seller.Name);
                break;
            case "another user signs in":
                await SignInHere(seller, (await host.AddUser("charlie")).UserName!);
                break;
            case "the account is deleted":
                await seller.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));
                break;
            case "the user signs out everywhere":
                await (await Elsewhere(seller)).Submit("/account/profile", "form[data-sign-out-everywhere]");
                break;
            case "the session expires":
                await Change(talk, set => set.SetProperty(s => s.SessionExpiresAt, now));
                break;
            case "the session expired 90 days ago":
                await Change(talk, set => set.SetProperty(s => s.SessionExpiresAt, now.AddDays(-90)));
                host.Clock.Advance(NotificationOutbox.MaxIdle);
                break;
            case "ten other browsers subscribe":
                var elsewhere = await Elsewhere(seller);
                for (var i = 0; i < PushSubscription.MaxPerUser; i++)
                {
                    elsewhere.Cookies.GetCookies(elsewhere.Address)["market-push"]?.Expired = true;
                    host.Clock.Advance(TimeSpan.FromSeconds(1));
                    await host.Subscribe(elsewhere);
                }

                break;
            case "the browser renews its subscription":
                var server = (await seller.Scenario(s => s.Get.Url("/chat/notifications?handler=State"))).ReadAsJson();
                if (server.GetProperty("state").GetString() != "none") return await host.Subscribe(seller);
                break;
            case "the service fails for three days":
                await Respond(503);
                host.Clock.Advance(NotificationOutbox.MaxFailureDuration);
                await Respond(503);
                break;
            case "the service accepts":
                await Respond(201);
                break;
            default:
                await Respond(int.Parse(happening["the service responds ".Length..], provider: null));
                break;
        }

        return phone;

        async Task Respond(int status)
        {
            host.Service.AnswerFor(phone, _ => Results.StatusCode(status));
            await talk.Send(talk.Buyer, "안녕하세요");
            await Settled();
        }
    }

    private async Task<TestBrowser> Elsewhere(TestBrowser person)
    {
        var elsewhere = host.Browser();
        await elsewhere.SignIn(person.Name, MarketHost.Password);
        return elsewhere;
    }

    private static Task SignInHere(TestBrowser browser, string name)
    {
        browser.Cookies.GetCookies(browser.Address)["market-session"]!.Expired = true;
        return browser.SignIn(name, MarketHost.Password);
    }

    private Task<int> Change(
        Conversation talk, Action<Microsoft.EntityFrameworkCore.Query.UpdateSettersBuilder<PushSubscription>> set) =>
        host.Data(db => db.PushSubscriptions.Where(s => s.UserId == talk.Seller.Id).ExecuteUpdateAsync(set));

    private async Task<string> StateOf(TestBrowser browser)
    {
        if (browser.Cookies.GetCookies(browser.Address)["market-push"] is not { } cookie) return "none";
        var id = Guid.ParseExact(cookie.Value, "N");
        var row = await host.Data(db => db.PushSubscriptions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id));
        return row is null ? "none" : row.IsSuspended ? "suspended" : "active";
    }

    private Task Settled() => host.Clock.AdvanceUntil(
        () => host.Data(db => db.DueNotifications.AllAsync(n => n.DueAt == null && n.ClaimedUntil == null)), "nothing is due or claimed");
}
