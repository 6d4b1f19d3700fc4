using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MarketChat.Tests.Features.Chat.Room;

public sealed class LongPollTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const double LongWait = 300; // Longer than the configured limit, so that the server's limit applies.

    private ChangeNotifier Notifier => host.Services.GetRequiredService<ChangeNotifier>();

    [Fact]
    public async Task A_held_poll_is_answered_when_a_message_is_stored()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Poll(talk.Seller);
        var held = talk.Poll(talk.Seller, first.Rev, $"&version={first.Version}&wait={LongWait}");
        await IsWaiting(talk.Seller);

        await talk.Send(talk.Buyer, "도착했어요");

        var answer = await held;
        answer.Messages.Single().Payload.ShouldBe("도착했어요");
        answer.UnreadRooms.ShouldBe(1);
        answer.Version.ShouldNotBe(first.Version);
        Notifier.GetWaiterCount(talk.Seller.Id).ShouldBe(0);
    }

    [Fact]
    public async Task A_held_poll_in_one_room_hears_of_another()
    {
        var talk = await Conversation.Create(host);
        var charlie = await host.SignedIn("charlie");
        var second = talk with { Buyer = charlie, RoomId = await host.AddRoom(talk.Product, charlie.Id) };
        var first = await talk.Poll(talk.Seller);
        var held = talk.Poll(talk.Seller, first.Rev, $"&version={first.Version}&wait={LongWait}");
        await IsWaiting(talk.Seller);

        await second.Send(charlie, "저도 관심 있어요");

        var answer = await held;
        answer.Messages.ShouldBeEmpty();
        answer.Rev.ShouldBe(first.Rev);
        answer.UnreadRooms.ShouldBe(1);
    }

    [Fact]
    public async Task A_held_poll_ends_with_nothing_new_when_the_wait_is_over()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Poll(talk.Seller);
        var held = talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after={first.Rev}&version={first.Version}&wait=20");
            s.StatusCodeShouldBe(204);
        });
        await IsWaiting(talk.Seller);

        host.Clock.Advance(TimeSpan.FromSeconds(19));
        held.IsCompleted.ShouldBeFalse();
        await host.Clock.AdvanceUntil(() => held.IsCompleted, "the wait is over");
        await held;
    }

    [Fact]
    public async Task An_old_version_is_answered_at_once()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Poll(talk.Seller);
        await talk.Send(talk.Buyer, "하나");

        (await talk.Poll(talk.Seller, first.Rev, $"&version={first.Version}&wait={LongWait}")).Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Three_polls_of_a_browser_are_held_and_the_fourth_is_answered_at_once()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Poll(talk.Seller);
        var question = $"&version={first.Version}&wait={LongWait}";
        var held = Enumerable.Range(0, LongPolling.MaxHeldPerBrowser).Select(_ => talk.Poll(talk.Seller, first.Rev, question)).ToList();
        await IsWaiting(talk.Seller, LongPolling.MaxHeldPerBrowser);

        await talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after={first.Rev}{question}");
            s.StatusCodeShouldBe(204);
        });

        held.ShouldAllBe(poll => !poll.IsCompleted);
        await talk.Send(talk.Buyer, "모두에게");
        (await Task.WhenAll(held)).ShouldAllBe(answer => answer.Messages.Count == 1);
    }

    [Fact]
    public async Task Each_browser_of_a_user_has_polls_of_its_own()
    {
        var talk = await Conversation.Create(host);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var phone = host.Browser();
        await phone.SignIn(talk.Seller.Name, MarketHost.Password);
        var first = await talk.Poll(talk.Seller);
        await talk.Poll(phone);
        var question = $"&version={first.Version}&wait={LongWait}";

        var held = Enumerable.Range(0, LongPolling.MaxHeldPerBrowser)
            .SelectMany(_ => new[] { talk.Seller, phone }).Select(browser => talk.Poll(browser, first.Rev, question)).ToList();

        await IsWaiting(talk.Seller, 2 * LongPolling.MaxHeldPerBrowser);
        await talk.Send(talk.Buyer, "모두에게");
        await Task.WhenAll(held);
    }

    [Fact]
    public async Task A_held_poll_ends_when_the_asker_leaves()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Poll(talk.Seller);
        using var leaving = new CancellationTokenSource();
        var held = talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after={first.Rev}&version={first.Version}&wait={LongWait}");
            s.ConfigureHttpContext(context => context.RequestAborted = leaving.Token);
            s.IgnoreStatusCode(); // The client has gone away and does not read the response.
        });
        await IsWaiting(talk.Seller);

        await leaving.CancelAsync();

        await held;
        await IsWaiting(talk.Seller, 0);
    }

    [Fact]
    public async Task A_held_poll_ends_when_the_app_stops()
    {
        await using var stopping = new MarketHost();
        var talk = await Conversation.Create(stopping);
        var first = await talk.Poll(talk.Seller);
        var held = talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after={first.Rev}&version={first.Version}&wait={LongWait}");
            s.IgnoreStatusCode();
        });
        await Wait.Until(() => stopping.Services.GetRequiredService<ChangeNotifier>().GetWaiterCount(talk.Seller.Id) == 1,
            "the poll is held");

        stopping.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await held).StatusCode.ShouldBe(204);
    }

    [Fact]
    public async Task The_badge_can_be_held_too()
    {
        var talk = await Conversation.Create(host);
        var version = (await talk.Seller.Scenario(s => s.Get.Url("/badge"))).ReadAsJson<ApiContracts.Badge>().Version;
        var held = talk.Seller.Scenario(s => s.Get.Url($"/badge?version={version}&wait={LongWait}"));
        await IsWaiting(talk.Seller);

        await talk.Send(talk.Buyer, "안녕하세요");

        (await held).ReadAsJson<ApiContracts.Badge>().UnreadRooms.ShouldBe(1);
    }

    [Fact]
    public async Task With_the_flag_off_nothing_is_held_and_pages_ask_every_two_seconds()
    {
        await using var plain = new MarketHost().With($"FeatureManagement:{LongPolling.Flag}", "false");
        var talk = await Conversation.Create(plain);
        var first = await talk.Poll(talk.Seller);

        await talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after={first.Rev}&version={first.Version}&wait={LongWait}");
            s.StatusCodeShouldBe(204);
        });

        var slot = (await talk.Seller.Page(talk.Url)).QuerySelector("[data-badge-slot]").ShouldNotBeNull();
        slot.GetAttribute("data-wait-seconds").ShouldBe("0");
        slot.GetAttribute("data-poll-seconds").ShouldBe("2");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("NaN")]
    public async Task A_wait_that_is_no_number_of_seconds_is_400(string wait)
    {
        var talk = await Conversation.Create(host);
        foreach (var url in new[] { $"{talk.Url}?handler=Messages&after=0&version=1&wait={wait}", $"/badge?version=1&wait={wait}" })
        {
            await talk.Buyer.Scenario(s =>
            {
                s.Get.Url(url);
                s.StatusCodeShouldBe(400);
            });
        }
    }

    [Fact]
    public async Task Polls_never_prolong_a_session_and_an_expired_one_is_a_json_401()
    {
        await using var later = new MarketHost();
        var talk = await Conversation.Create(later);

        later.Clock.Advance(TimeSpan.FromDays(8)); // After half of its lifetime, a page request would renew the cookie.
        foreach (var poll in new[] { $"{talk.Url}?handler=Messages&after=0", "/badge", "/chat?handler=Rooms" })
        {
            (await talk.Seller.Scenario(s => s.Get.Url(poll))).Header("Set-Cookie").ShouldBeNull(poll);
        }

        (await talk.Buyer.Scenario(s => s.Get.Url("/chat"))).Header("Set-Cookie").ShouldNotBeNull();

        later.Clock.Advance(TimeSpan.FromDays(7));
        (await talk.Buyer.Scenario(s => s.Get.Url("/badge"))).StatusCode.ShouldBe(200);
        var expired = await talk.Seller.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after=0");
            s.StatusCodeShouldBe(401);
        });
        expired.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("로그인이 필요합니다.");
    }

    private Task IsWaiting(TestBrowser visitor, int polls = 1) =>
        Wait.Until(() => Notifier.GetWaiterCount(visitor.Id) == polls, $"{polls} polls are held");
}
