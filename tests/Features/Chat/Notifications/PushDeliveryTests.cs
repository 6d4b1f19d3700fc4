using MarketChat.Features.Chat.Notifications;
using MarketChat.Tests.Infrastructure.Push;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Notifications;

public sealed class PushDeliveryTests(PushHost host) : IClassFixture<PushHost>
{
    [Fact]
    public async Task A_subscriber_is_notified_of_a_message_and_nobody_on_the_way_can_read_it()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);

        await talk.Send(talk.Buyer, "안녕하세요! 자전거 아직 있나요?");

        var notification = (await host.Notified(phone, 1))[0];
        notification.GetProperty("title").GetString().ShouldBe(talk.Buyer.Name);
        notification.GetProperty("body").GetString().ShouldBe("안녕하세요! 자전거 아직 있나요?");
        notification.GetProperty("url").GetString().ShouldBe(talk.Url);
        notification.GetProperty("tag").GetString().ShouldBe($"room-{talk.RoomId}");
        notification.GetProperty("lang").GetString().ShouldBe("ko");
        notification.TryGetProperty("replaces", out _).ShouldBeFalse();
        var headers = host.Service.SentTo(phone)[0].Headers;
        headers["Content-Encoding"].ShouldBe("aes128gcm");
        headers["TTL"].ShouldBe("86400");
        headers["Urgency"].ShouldBe("high");
        headers["Topic"].ShouldMatch("^[A-Za-z0-9_-]{1,32}$");
        var (claims, key) = VapidKeysTests.Verify(headers["Authorization"]);
        claims.GetProperty("aud").GetString().ShouldBe("http://127.0.0.1", "without its port: real push services have none");
        (await talk.Seller.Page("/chat")).QuerySelector("[data-notification-toggle]").ShouldNotBeNull().GetAttribute("data-key")
            .ShouldBe(key);
    }

    [Fact]
    public async Task Each_browser_of_the_recipient_is_notified_and_the_sender_is_not()
    {
        var talk = await Conversation.Create(host);
        var elsewhere = host.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        var (phone, laptop, senders) =
            (await host.Subscribe(talk.Seller), await host.Subscribe(elsewhere), await host.Subscribe(talk.Buyer));

        await talk.Send(talk.Buyer, "안녕하세요");
        await host.Notified(phone, 1);
        await host.Notified(laptop, 1);
        await talk.Send(talk.Seller, "네, 있어요");

        (await host.Notified(senders, 1))[0].GetProperty("body").GetString().ShouldBe("네, 있어요");
    }

    [Fact]
    public async Task A_room_is_notified_once_until_it_is_visited()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "하나");
        await host.Notified(phone, 1);

        await talk.Send(talk.Buyer, "둘");
        var last = await talk.Send(talk.Buyer, "셋");
        await other.Send(other.Buyer, "저도요");
        (await host.Notified(phone, 2)).Select(t => t.GetProperty("tag").GetString())
            .ShouldBe([$"room-{talk.RoomId}", $"room-{other.RoomId}"]);

        await talk.MarkRead(talk.Seller, last.Id);
        await talk.Send(talk.Buyer, "넷");
        (await host.Notified(phone, 3))[2].GetProperty("body").GetString().ShouldBe("넷");
        host.Service.SentTo(phone).Select(sent => sent.Headers["Topic"]).Distinct().Count()
            .ShouldBe(2, "the push service replaces what waits, room by room");
    }

    [Fact]
    public async Task After_a_day_in_which_one_did_not_come_the_next_message_is_news_again()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "어제");
        await host.Notified(phone, 1);

        host.Clock.Advance(TimeSpan.FromHours(25));
        await other.Send(other.Buyer, "저도요");
        (await host.Notified(phone, 2))[1].GetProperty("tag").GetString()
            .ShouldBe($"room-{other.RoomId}", "a sent notification is not repeated");
        await talk.Send(talk.Buyer, "오늘");

        (await host.Notified(phone, 3))[2].GetProperty("body").GetString().ShouldBe("오늘");
    }

    [Fact]
    public async Task Of_many_rooms_at_once_all_are_notified_and_each_once()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var rooms = new List<int>();
        for (var i = 0; i < 50; i++) rooms.Add(await host.AddRoom(await host.AddProduct(talk.Seller.Id), talk.Buyer.Id));

        await host.SendToAll(talk, rooms);

        (await host.Notified(phone, rooms.Count)).Select(notification => notification.GetProperty("tag").GetString())
            .ShouldBe(rooms.Select(id => $"room-{id}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Several_messages_in_quick_succession_are_notified_as_the_newest()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);

        await talk.Send(talk.Buyer, "안녕하세요");
        await talk.Send(talk.Buyer, "자전거 아직 있나요?");

        (await host.Notified(phone, 1))[0].GetProperty("body").GetString().ShouldBe("자전거 아직 있나요?");
    }

    [Fact]
    public async Task Who_reads_it_at_once_is_not_notified()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        var phone = await host.Subscribe(talk.Seller);

        var message = await talk.Send(talk.Buyer, "보고 있죠?");
        await talk.MarkRead(talk.Seller, message.Id);
        await other.Send(other.Buyer, "저도요");

        (await host.Notified(phone, 1))[0].GetProperty("tag").GetString().ShouldBe($"room-{other.RoomId}");
    }

    [Fact]
    public async Task Messages_from_before_the_subscription_are_not_notified()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AnotherRoom(talk);
        await talk.Send(talk.Buyer, "어제 한 말");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var phone = await host.Subscribe(talk.Seller);

        await other.Send(other.Buyer, "오늘 한 말");

        (await host.Notified(phone, 1))[0].GetProperty("body").GetString().ShouldBe("오늘 한 말");
    }

    [Fact]
    public async Task Each_browser_is_notified_in_its_language_or_in_the_one_its_user_chose()
    {
        var talk = await Conversation.Create(host);
        var (english, korean) = (host.Browser("en"), host.Browser());
        foreach (var visitor in new[] { english, korean }) await visitor.SignIn(talk.Seller.Name, MarketHost.Password);
        var (laptop, phone) = (await host.Subscribe(english), await host.Subscribe(korean));
        var message = await talk.Send(talk.Buyer, "곧 지울 말");
        await host.Notified(laptop, 1);
        await host.Notified(phone, 1);

        await host.Remove(talk, message.Id);

        (await host.Notified(laptop, 2))[1].GetProperty("body").GetString().ShouldBe("This message was removed");
        (await host.Notified(phone, 2))[1].GetProperty("body").GetString().ShouldBe("삭제된 메시지입니다");
    }

    [Fact]
    public async Task A_long_message_is_notified_with_its_beginning()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);

        await talk.Send(talk.Buyer, string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 150)));

        var body = (await host.Notified(phone, 1))[0].GetProperty("body").GetString().ShouldNotBeNull();
        body.Length.ShouldBeInRange(NotificationPayloadFactory.MaxPreviewLength - 20, NotificationPayloadFactory.MaxPreviewLength + 1);
        body.ShouldEndWith("👩‍👩‍👧‍👦…");
    }

    [Fact]
    public async Task After_a_restart_pending_notifications_are_sent_and_sent_ones_are_not_repeated()
    {
        await using var before = new PushHost();
        await before.InitializeAsync();
        var talk = await Conversation.Create(before);
        var other = await before.AnotherRoom(talk);
        var phone = await before.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "먼저");
        await before.Notified(phone, 1);
        await other.Send(other.Buyer, "끄기 바로 전");

        await using var after = before.Restart().With("Push:AllowPrivateEndpoints", "true");
        after.Clock.Advance(TimeSpan.FromMinutes(1));
        var bob = after.Browser();
        (await bob.Scenario(s => s.Get.Url("/livez"))).StatusCode.ShouldBe(200);
        after.Clock.Advance(NotificationOutbox.DebounceDelay);

        await after.Clock.AdvanceUntil(() => before.Service.SentTo(phone).Count == 2, "it is notified");
        before.Service.SentTo(phone).Select(sent => phone.Read(sent).GetProperty("body").GetString()).ShouldBe(["먼저", "끄기 바로 전"]);
    }

    [Fact]
    public async Task With_the_flag_off_nobody_is_notified_and_nothing_of_it_is_left_on_the_pages()
    {
        await using var before = new PushHost();
        await before.InitializeAsync();
        var talk = await Conversation.Create(before);
        var phone = await before.Subscribe(talk.Seller);

        await using var off = before.Restart().With("FeatureManagement:ChatNotifications", "false")
            .With("Push:AllowPrivateEndpoints", "true");
        var (seller, buyer) = (off.Browser(cookies: talk.Seller.Cookies), off.Browser(cookies: talk.Buyer.Cookies));
        var later = new Conversation(off, seller, buyer, talk.Product, talk.RoomId);
        await later.Send(buyer, "안녕하세요");
        off.Clock.Advance(NotificationOutbox.DebounceDelay);

        var list = await seller.Page("/chat");
        list.QuerySelector("[data-notification-toggle], [data-notification-status], script[src*=Notifications]").ShouldBeNull();
        list.QuerySelector("[data-badge]").ShouldNotBeNull().TextContent.ShouldBe("1");
        (await seller.Page(talk.Url)).QuerySelector("[data-mute], script[src*=Notifications]").ShouldBeNull();
        (await PushHost.Post(seller, "/chat/notifications", phone.Fields)).StatusCode.ShouldBe(404);
        (await PushHost.Post(seller, "/chat/notifications?handler=Unsubscribe")).StatusCode.ShouldBe(404);
        (await PushHost.Post(seller, $"{talk.Url}/mute", ("muted", "true"))).StatusCode.ShouldBe(404);
        await seller.Scenario(s =>
        {
            s.Get.Url("/chat-worker.js");
            s.StatusCodeShouldBe(404);
        });
        before.Service.SentTo(phone).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_flag_that_is_on_for_some_is_on_for_them_also_where_nobody_is_signed_in()
    {
        await using var before = new PushHost();
        await before.InitializeAsync();
        var talk = await Conversation.Create(before);
        var (sellers, buyers) = (await before.Subscribe(talk.Seller), await before.Subscribe(talk.Buyer));
        const string Filter = "FeatureManagement:ChatNotifications:EnabledFor:0";
        await using var some = before.Restart().With("Push:AllowPrivateEndpoints", "true").With("FeatureManagement:ChatNotifications", "")
            .With($"{Filter}:Name", "Microsoft.Targeting")
            .With($"{Filter}:Parameters:Audience:Users:0", talk.Seller.Name)
            .With($"{Filter}:Parameters:Audience:DefaultRolloutPercentage", "0");
        var (seller, buyer) = (some.Browser(cookies: talk.Seller.Cookies), some.Browser(cookies: talk.Buyer.Cookies));
        var later = new Conversation(some, seller, buyer, talk.Product, talk.RoomId);

        await later.Send(seller, "아직 있어요");
        await later.Send(buyer, "살게요");
        some.Clock.Advance(NotificationOutbox.DebounceDelay);

        await some.Clock.AdvanceUntil(() => before.Service.SentTo(sellers).Count == 1, "the seller is notified");
        before.Service.SentTo(buyers).ShouldBeEmpty();
        (await seller.Page("/chat")).QuerySelector("[data-notification-toggle]").ShouldNotBeNull();
        (await buyer.Page("/chat")).QuerySelector("[data-notification-toggle]").ShouldBeNull();
    }
}
