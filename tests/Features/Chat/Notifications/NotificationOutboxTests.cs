using MarketChat.Features.Chat.Notifications;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat.Notifications;

public sealed class NotificationOutboxTests(PushHost host) : IClassFixture<PushHost>
{
    [Fact]
    public async Task A_notification_whose_delivery_threw_unexpectedly_is_sent_later()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var failures = 0;
        host.Statements.Before = sql =>
        {
            if (ReadsSubscription(sql) && Interlocked.Increment(ref failures) <= 2) throw new InvalidOperationException("A bug.");
        };

        await talk.Send(talk.Buyer, "안녕하세요");

        (await host.Notified(phone, 1))[0].GetProperty("body").GetString().ShouldBe("안녕하세요");
        host.Statements.Before = null;
        failures.ShouldBe(3);
        await Settled(host);
    }

    [Fact]
    public async Task A_notification_that_always_throws_is_given_up_and_the_next_message_is_sent()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var failures = 0;
        host.Statements.Before = sql =>
        {
            if (!ReadsSubscription(sql)) return;
            Interlocked.Increment(ref failures);
            throw new InvalidOperationException("A bug.");
        };
        await talk.Send(talk.Buyer, "하나");
        await Settled(host);
        host.Statements.Before = null;
        failures.ShouldBe(3);

        await talk.Send(talk.Buyer, "둘");

        (await host.Notified(phone, 1))[0].GetProperty("body").GetString().ShouldBe("둘");
    }

    [Fact]
    public async Task A_notification_that_was_claimed_when_the_process_died_is_sent_once_after_the_restart()
    {
        await using var before = new PushHost();
        await before.InitializeAsync();
        var talk = await Conversation.Create(before);
        var phone = await before.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "안녕하세요");
        var leaseEnd = before.Clock.UtcNow + NotificationOutbox.LeaseDuration;
        await before.Data(db => db.DueNotifications.ExecuteUpdateAsync(set => set.SetProperty(n => n.ClaimedUntil, leaseEnd)));

        await using var after = before.Restart().With("Push:AllowPrivateEndpoints", "true");
        (await after.Browser().Scenario(s => s.Get.Url("/livez"))).StatusCode.ShouldBe(200);
        after.Clock.Advance(NotificationOutbox.LeaseDuration - TimeSpan.FromSeconds(10));

        await after.Clock.AdvanceUntil(() => before.Service.SentTo(phone).Count == 1, "it is sent");
        after.Clock.UtcNow.ShouldBeGreaterThanOrEqualTo(leaseEnd);
        await Settled(after);
        before.Service.SentTo(phone).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_workers_over_one_database_send_each_notification_once()
    {
        await using var own = new PushHost();
        await own.InitializeAsync();
        var talk = await Conversation.Create(own);
        var phone = await own.Subscribe(talk.Seller);
        var rooms = new List<int>();
        for (var i = 0; i < 30; i++) rooms.Add(await own.AddRoom(await own.AddProduct(talk.Seller.Id), talk.Buyer.Id));
        await own.SendToAll(talk, rooms);

        var outbox = ActivatorUtilities.CreateInstance<NotificationOutbox>(own.Services);
        using var another = ActivatorUtilities.CreateInstance<PushNotificationWorker>(own.Services, outbox);
        await another.StartAsync(default);

        await own.Notified(phone, rooms.Count);
        await Settled(own);
        await another.StopAsync(default);
        own.Service.SentTo(phone).Select(sent => phone.Read(sent).GetProperty("tag").GetString())
            .ShouldBe(rooms.Select(id => $"room-{id}"), ignoreOrder: true);
    }

    [Fact]
    public async Task Of_two_claims_at_the_same_time_one_gets_the_row()
    {
        await using var own = new PushHost();
        var talk = await Conversation.Create(own);
        await own.Data(async db =>
        {
            var browser = new PushSubscription
            {
                Id = Guid.NewGuid(), UserId = talk.Seller.Id, Endpoint = "https://push.example/1", P256dh = [], Auth = [], Language = "ko",
                SecurityStamp = (await db.Users.SingleAsync(u => u.Id == talk.Seller.Id)).SecurityStamp!, CreatedAt = own.Clock.UtcNow,
                SessionExpiresAt = own.Clock.UtcNow.AddDays(14),
            };
            db.Add(browser);
            db.Add(new DueNotification
            {
                SubscriptionId = browser.Id, ChatRoomId = talk.RoomId, DueAt = own.Clock.UtcNow, ExpiresAt = own.Clock.UtcNow.AddDays(1),
            });
            return await db.SaveChangesAsync();
        });
        NotificationOutbox[] outboxes =
            [.. Enumerable.Range(0, 5).Select(_ => ActivatorUtilities.CreateInstance<NotificationOutbox>(own.Services))];

        var claims = await Task.WhenAll(outboxes.Select(outbox => Task.Run(() => outbox.ClaimDueAsync(default))));

        claims.Sum(claim => claim.Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_notification_that_could_not_be_sent_for_a_day_is_dropped()
    {
        await using var before = new PushHost();
        await before.InitializeAsync();
        var talk = await Conversation.Create(before);
        var phone = await before.Subscribe(talk.Seller);
        await talk.Send(talk.Buyer, "안녕하세요");
        (await before.Data(db => db.DueNotifications.CountAsync())).ShouldBe(1);

        await using var after = before.Restart().With("Push:AllowPrivateEndpoints", "true");
        after.Clock.Advance(TimeSpan.FromHours(25));
        (await after.Browser().Scenario(s => s.Get.Url("/livez"))).StatusCode.ShouldBe(200);

        await after.Clock.AdvanceUntil(() => after.Data(db => db.DueNotifications.AllAsync(_ => false)), "it is dropped");
        before.Service.SentTo(phone).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_dead_subscription_goes_with_its_notifications_and_the_other_browser_is_notified(int status)
    {
        var talk = await Conversation.Create(host);
        var elsewhere = host.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        var (dead, phone) = (await host.Subscribe(elsewhere), await host.Subscribe(talk.Seller));
        host.Service.AnswerFor(dead, _ => Results.StatusCode(status));

        await talk.Send(talk.Buyer, "안녕하세요");

        await host.Notified(phone, 1);
        await Wait.Until(async () => await host.CountSubscriptions(talk.Seller) == 1, "the dead subscription is deleted");
        await Settled(host);
        (await host.Data(db => db.DueNotifications.Where(n => n.ChatRoomId == talk.RoomId).Select(n => n.Subscription.Endpoint)
            .ToListAsync())).ShouldBe([phone.Endpoint]);
        host.Service.SentTo(dead).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_browser_whose_service_was_busy_is_sent_it_again()
    {
        var talk = await Conversation.Create(host);
        var elsewhere = host.Browser();
        await elsewhere.SignIn(talk.Seller.Name, MarketHost.Password);
        var (phone, laptop) = (await host.Subscribe(talk.Seller), await host.Subscribe(elsewhere));
        host.Service.AnswerFor(laptop, before => Results.StatusCode(before == 0 ? 503 : 201));

        await talk.Send(talk.Buyer, "안녕하세요");

        await host.Notified(laptop, 2);
        await Settled(host);
        host.Service.SentTo(phone).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_that_is_removed_while_its_notification_is_on_the_way_is_replaced()
    {
        var talk = await Conversation.Create(host);
        var phone = await host.Subscribe(talk.Seller);
        var removed = new TaskCompletionSource();
        host.Service.AnswerFor(phone, before => before == 0 ? new RetryAfterResult(201, "0", removed.Task) : Results.StatusCode(201));
        var message = await talk.Send(talk.Buyer, "이건 비밀이에요");
        await host.Notified(phone, 1);

        await host.Remove(talk, message.Id);
        removed.SetResult();

        (await host.Notified(phone, 2))[1].GetProperty("replaces").GetBoolean().ShouldBeTrue();
        await Settled(host);
        (await host.Data(db => db.DueNotifications.AnyAsync(n => n.ChatRoomId == talk.RoomId))).ShouldBeFalse("nothing is left to replace");
    }

    [Trait("Category", "Sqlite")]
    [Fact]
    public async Task A_message_to_a_user_without_a_subscription_costs_no_statement_of_the_outbox()
    {
        var talk = await Conversation.Create(host);
        await host.Subscribe(talk.Buyer);
        var mentions = 0;
        host.Statements.Before = sql => mentions += sql.Contains("INSERT INTO \"DueNotifications\"", StringComparison.Ordinal) ? 1 : 0;

        await talk.Send(talk.Buyer, "안녕하세요");
        mentions.ShouldBe(0);
        await talk.Send(talk.Seller, "네");
        mentions.ShouldBe(1);
        host.Statements.Before = null;
        await Settled(host);
    }

    /// <summary>Whether the statement reads a subscription's key, which the outbox does only to send a notification.</summary>
    private static bool ReadsSubscription(string sql) =>
        sql.StartsWith("SELECT", StringComparison.Ordinal) && sql.Contains("\"P256dh\"", StringComparison.Ordinal);

    private static Task Settled(MarketHost app) => app.Clock.AdvanceUntil(
        () => app.Data(db => db.DueNotifications.AllAsync(n => n.DueAt == null && n.ClaimedUntil == null)), "nothing is due or claimed");
}
