using MarketChat.Features.Chat.Notifications;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>Notifications that the push service rejects or defers.</summary>
public sealed class PushServiceFailureTests(PushHost host) : IClassFixture<PushHost>
{
    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_subscription_that_its_service_calls_over_is_dropped(int status)
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, _ => Results.StatusCode(status));

        await talk.Send(talk.Buyer, "안녕하세요");

        await host.Notified(phone, 1);
        await Wait.Until(async () => await host.CountSubscriptions(talk.Seller) == 0, "it is dropped");
    }

    [Fact]
    public async Task A_service_that_cannot_just_now_is_asked_again_when_it_says_so_a_few_times()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => before == 0 ? new RetryAfterResult(429, "30") : Results.StatusCode(503));

        await talk.Send(talk.Buyer, "안녕하세요");

        await host.Notified(phone, 1);
        await Sent(phone, 3);
        (await host.CountSubscriptions(talk.Seller)).ShouldBe(1, "it may be all right tomorrow");
    }

    [Fact]
    public async Task A_service_that_wants_to_be_left_alone_for_long_is_until_there_is_something_else_to_tell()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => before == 0 ? new RetryAfterResult(503, "3600") : Results.StatusCode(201));

        await talk.Send(talk.Buyer, "안녕하세요");
        await host.Notified(phone, 1);
        await other.Send(other.Buyer, "저도요");

        (await host.Notified(phone, 3)).Select(notification => notification.GetProperty("tag").GetString()).ShouldBe(
            [$"room-{talk.RoomId}", $"room-{talk.RoomId}", $"room-{other.RoomId}"], ignoreOrder: true,
            "what could not be notified then is notified with it");
    }

    [Fact]
    public async Task What_was_read_while_the_service_could_not_is_not_sent_again()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => before == 0 ? new RetryAfterResult(503, "30") : Results.StatusCode(201));
        var message = await talk.Send(talk.Buyer, "안녕하세요");
        await host.Notified(phone, 1);

        await talk.MarkRead(talk.Seller, message.Id);
        await other.Send(other.Buyer, "저도요");
        await Sent(phone, 2);

        phone.Read(host.Service.SentTo(phone)[1]).GetProperty("tag").GetString().ShouldBe($"room-{other.RoomId}");
    }

    [Fact]
    public async Task What_no_service_accepted_is_not_notified_so_the_next_message_is()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => Results.StatusCode(before == 0 ? 413 : 201));
        await talk.Send(talk.Buyer, "하나");
        await host.Notified(phone, 1);

        await talk.Send(talk.Buyer, "둘");

        (await host.Notified(phone, 2))[1].GetProperty("body").GetString().ShouldBe("둘");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refusal_may_come_from_a_passing_fault_of_the_app_so_the_service_is_asked_again(int status)
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => Results.StatusCode(before < 2 ? status : 201));

        await talk.Send(talk.Buyer, "안녕하세요");

        await Sent(phone, 3);
        (await host.CountSubscriptions(talk.Seller)).ShouldBe(1);
    }

    [Fact]
    public async Task When_a_service_is_back_after_all_tries_have_failed_the_next_message_is_notified()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => Results.StatusCode(before < 3 ? 503 : 201));
        await talk.Send(talk.Buyer, "하나");
        await Sent(phone, 3);

        await talk.Send(talk.Buyer, "둘");

        (await host.Notified(phone, 4))[3].GetProperty("body").GetString().ShouldBe("둘");
    }

    [Fact]
    public async Task A_browser_that_subscribes_anew_after_its_subscription_was_over_is_notified()
    {
        var talk = await Conversation.Create(host);
        var before = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(before, _ => Results.StatusCode(410));
        await talk.Send(talk.Buyer, "하나");
        await host.Notified(before, 1);
        await Wait.Until(async () => await host.CountSubscriptions(talk.Seller) == 0, "it is dropped");

        var phone = await host.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "둘");

        (await host.Notified(phone, 1))[0].GetProperty("body").GetString().ShouldBe("둘");
    }

    [Fact]
    public async Task A_message_delivered_to_any_browser_of_the_user_counts_as_notified()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var elsewhere = host.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        var (phone, laptop) = (await host.Subscribe(talk.Seller), await host.Subscribe(elsewhere));
        host.Service.AnswerFor(laptop, _ => Results.StatusCode(403));
        await talk.Send(talk.Buyer, "하나");
        await host.Notified(phone, 1);

        await talk.Send(talk.Buyer, "둘");
        await other.Send(other.Buyer, "저도요");

        (await host.Notified(phone, 2))[1].GetProperty("tag").GetString().ShouldBe($"room-{other.RoomId}");
    }

    [Fact]
    public async Task What_waits_for_a_service_holds_up_nothing_else()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => before == 0 ? new RetryAfterResult(503, "60") : Results.StatusCode(201));
        await talk.Send(talk.Buyer, "안녕하세요");
        await host.Notified(phone, 1);

        await other.Send(other.Buyer, "저도요");

        (await host.Notified(phone, 2))[1].GetProperty("tag").GetString().ShouldBe($"room-{other.RoomId}");
        await Sent(phone, 3);
        phone.Read(host.Service.SentTo(phone)[2]).GetProperty("body").GetString().ShouldBe("안녕하세요");
    }

    [Fact]
    public async Task What_was_muted_while_the_service_could_not_is_not_sent_again()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => before == 0 ? new RetryAfterResult(503, "30") : Results.StatusCode(201));
        await talk.Send(talk.Buyer, "하나");
        await host.Notified(phone, 1);

        await PushHost.Mute(talk, talk.Seller);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await other.Send(other.Buyer, "저도요");
        (await host.Notified(phone, 2))[1].GetProperty("tag").GetString().ShouldBe($"room-{other.RoomId}");

        await PushHost.Mute(talk, talk.Seller, muted: false);
        await talk.Send(talk.Buyer, "둘");
        (await host.Notified(phone, 3))[2].GetProperty("body").GetString().ShouldBe("둘");
    }

    [Fact]
    public async Task Who_signed_out_while_the_service_could_not_is_sent_nothing_more()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => before == 0 ? new RetryAfterResult(503, "30") : Results.StatusCode(201));
        await talk.Send(talk.Buyer, "하나");
        await host.Notified(phone, 1);
        await PushHost.Unsubscribe(talk.Seller);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        var anew = await host.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "둘");

        (await host.Notified(anew, 1))[0].GetProperty("body").GetString().ShouldBe("둘");
        host.Service.SentTo(phone).Count.ShouldBe(1);
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task What_a_service_refuses_while_the_app_stops_is_notified_once_after_it_starts()
    {
        await using var before = new PushHost();
        await before.InitializeAsync();
        var talk = await Conversation.Create(before);
        var phone = await before.Subscribe(talk.Seller);
        var stopping = new TaskCompletionSource();
        before.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopping.SetResult());
        before.Service.AnswerFor(phone, times => times == 0 ? new RetryAfterResult(503, "60", stopping.Task) : Results.StatusCode(201));
        await talk.Send(talk.Buyer, "안녕하세요");
        await before.Notified(phone, 1);

        await using var after = before.Restart().With("Push:AllowPrivateEndpoints", "true");
        (await after.Browser().Scenario(s => s.Get.Url("/livez"))).StatusCode.ShouldBe(200);
        after.Clock.Advance(NotificationOutbox.DebounceDelay);

        await after.Clock.AdvanceUntil(() => before.Service.SentTo(phone).Count == 2, "it is notified");
        phone.Read(before.Service.SentTo(phone)[1]).GetProperty("body").GetString().ShouldBe("안녕하세요");
    }

    /// <summary>Advances the clock until the push service has received this many requests for a browser.</summary>
    private Task Sent(FakePushClient browser, int requests) => Wait.Until(
        () =>
        {
            host.Clock.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(host.Service.SentTo(browser).Count == requests);
        },
        $"{requests} requests for the browser",
        TimeSpan.FromMilliseconds(200));
}
