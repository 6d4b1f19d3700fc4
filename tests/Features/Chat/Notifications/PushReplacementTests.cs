using MarketChat.Features.Chat.Notifications;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>Notifications whose message is removed.</summary>
public sealed class PushReplacementTests(PushHost host) : IClassFixture<PushHost>
{
    [Fact]
    public async Task A_notified_message_that_is_removed_is_replaced_without_a_sound_and_the_next_message_is_news_again()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var message = await talk.Send(talk.Buyer, "이건 비밀이에요");
        await host.Notified(phone, 1);

        await host.Remove(talk, message.Id);

        var replaced = (await host.Notified(phone, 2))[1];
        replaced.GetProperty("body").GetString().ShouldBe("삭제된 메시지입니다");
        replaced.GetProperty("tag").GetString().ShouldBe($"room-{talk.RoomId}");
        replaced.GetProperty("replaces").GetBoolean().ShouldBeTrue();
        replaced.GetProperty("silent").GetBoolean().ShouldBeTrue();
        host.Service.SentTo(phone)[1].Headers["Topic"]
            .ShouldBe(host.Service.SentTo(phone)[0].Headers["Topic"], "so that one who was asleep never sees it");

        await talk.Send(talk.Buyer, "다시 쓸게요");
        (await host.Notified(phone, 3))[2].GetProperty("body").GetString().ShouldBe("다시 쓸게요");
    }

    [Fact]
    public async Task Of_what_is_left_when_a_message_is_taken_back_the_newest_is_shown_in_its_place()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var message = await talk.Send(talk.Buyer, "잘못 보냈어요");
        await host.Notified(phone, 1);
        await talk.Send(talk.Buyer, "이게 맞아요");

        await host.Remove(talk, message.Id);

        var replaced = (await host.Notified(phone, 2))[1];
        replaced.GetProperty("body").GetString().ShouldBe("이게 맞아요");
        replaced.GetProperty("silent").GetBoolean().ShouldBeTrue();
        replaced.TryGetProperty("replaces", out _)
            .ShouldBeFalse("it has not been notified yet, and the one it replaces may not have been shown");
    }

    [Fact]
    public async Task A_message_removed_at_once_is_never_notified()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);

        var message = await talk.Send(talk.Buyer, "아차");
        await host.Remove(talk, message.Id);
        await other.Send(other.Buyer, "저도요");

        (await host.Notified(phone, 1))[0].GetProperty("tag").GetString().ShouldBe($"room-{other.RoomId}");
    }

    [Fact]
    public async Task What_one_device_has_read_is_replaced_on_the_others_when_it_is_taken_back()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var message = await talk.Send(talk.Buyer, "비밀이에요");
        await host.Notified(phone, 1);
        await talk.MarkRead(talk.Seller, message.Id);

        await host.Remove(talk, message.Id);

        (await host.Notified(phone, 2))[1].GetProperty("replaces").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task In_a_muted_room_only_what_was_taken_back_is_replaced_and_nothing_new_is_shown()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var message = await talk.Send(talk.Buyer, "잘못 보냈어요");
        await host.Notified(phone, 1);
        await PushHost.Mute(talk, talk.Seller);
        await talk.Send(talk.Buyer, "이게 맞아요");

        await host.Remove(talk, message.Id);

        var replaced = (await host.Notified(phone, 2))[1];
        replaced.GetProperty("body").GetString().ShouldBe("삭제된 메시지입니다");
        replaced.GetProperty("replaces").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_taken_back_while_its_service_cannot_take_it_is_not_sent_again()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        host.Service.AnswerFor(phone, before => before == 1 ? new RetryAfterResult(503, "30") : Results.StatusCode(201));
        var first = await talk.Send(talk.Buyer, "하나");
        await host.Notified(phone, 1);
        var second = await talk.Send(talk.Buyer, "둘");
        await host.Remove(talk, first.Id);
        (await host.Notified(phone, 2))[1].GetProperty("body").GetString().ShouldBe("둘");

        await host.Remove(talk, second.Id);
        await host.Notified(phone, 3);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await talk.Send(talk.Buyer, "셋");

        (await host.Notified(phone, 4)).Select(notification => notification.GetProperty("body").GetString())
            .ShouldBe(["하나", "둘", "삭제된 메시지입니다", "셋"]);
    }

    [Fact]
    public async Task What_was_taken_back_just_before_the_app_stopped_is_replaced_when_it_starts()
    {
        await using var before = new PushHost();
        await before.InitializeAsync();
        var talk = await Conversation.Create(before);
        var phone = await before.Subscribe(talk.Seller);
        var message = await talk.Send(talk.Buyer, "비밀이에요");
        await before.Notified(phone, 1);
        await before.Remove(talk, message.Id);

        await using var after = before.Restart().With("Push:AllowPrivateEndpoints", "true");
        (await after.Browser().Scenario(s => s.Get.Url("/livez"))).StatusCode.ShouldBe(200);
        after.Clock.Advance(NotificationOutbox.DebounceDelay);

        await after.Clock.AdvanceUntil(() => before.Service.SentTo(phone).Count == 2, "it is replaced");
        phone.Read(before.Service.SentTo(phone)[1]).GetProperty("replaces").GetBoolean().ShouldBeTrue();
    }
}
