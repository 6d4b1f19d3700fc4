using MarketChat.Features.Chat.Notifications;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace MarketChat.Tests.Infrastructure.Realtime;

/// <summary>Two instances of the app on one database, behind a proxy that sends a browser now to the one and now to the other.</summary>
[Trait("Category", "Postgres")]
public sealed class TwoInstancesTests(MarketHost first) : IClassFixture<MarketHost>, IAsyncLifetime
{
    private readonly MarketHost _first = first;
    private MarketHost _second = null!;

    public Task InitializeAsync()
    {
        _ = _first.Services;
        _second = _first.AnotherInstance();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _second.DisposeAsync();

    [PostgresFact]
    public async Task A_session_and_a_form_of_one_instance_are_good_at_the_other()
    {
        var talk = await Conversation.Create(_first);
        var buyer = AtSecond(talk.Buyer);

        await talk.Send(buyer, "다른 쪽에서"); // With the token of a page of the second instance, and the session of the first.
        var result = await buyer.Submit(await talk.Buyer.Page(talk.Url), talk.Url, "form[data-composer]", ("payload", "폼으로"));

        result.StatusCode.ShouldBe(303);
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["다른 쪽에서", "폼으로"]);
    }

    [PostgresFact]
    public async Task A_held_poll_at_one_instance_is_answered_by_a_message_at_the_other()
    {
        var talk = await Conversation.Create(_first);
        var seller = AtSecond(talk.Seller);
        await _second.ChangesDelivered();
        var before = await talk.Poll(seller);
        await _second.ChangesDelivered();
        var current = await talk.Poll(seller, before.Rev);
        var held = talk.Poll(seller, before.Rev, $"&version={current.Version}&wait=25");
        await Wait.Until(() => _second.Services.GetRequiredService<ChangeNotifier>().GetWaiterCount(seller.Id) == 1, "the poll is held");

        await talk.Send(talk.Buyer, "들리나요?");

        (await held).Messages.Single().Payload.ShouldBe("들리나요?");
    }

    [PostgresFact]
    public async Task Sixteen_senders_at_two_instances_leave_no_gap_and_no_double()
    {
        const int senders = 16, each = 10;
        var talk = await Conversation.Create(_first);
        TestBrowser[] people = [talk.Buyer, AtSecond(talk.Buyer), talk.Seller, AtSecond(talk.Seller)];
        foreach (var person in people) await person.Token();
        var seen = new List<ApiContracts.Message>();
        using var stop = new CancellationTokenSource();
        var polling = PollUntil(() => stop.IsCancellationRequested, talk, AtSecond(talk.Seller), seen);

        await Task.WhenAll(Enumerable.Range(0, senders).Select(async sender =>
        {
            for (var i = 0; i < each; i++) await talk.Send(people[sender % people.Length], $"{sender}-{i}");
        }));
        await stop.CancelAsync();
        await polling;

        seen.Count.ShouldBe(senders * each);
        seen.Select(m => m.ClientId).Distinct().Count().ShouldBe(senders * each);
        var revs = await _first.Data(db => db.Messages.Where(m => m.ChatRoomId == talk.RoomId).OrderBy(m => m.Id)
            .Select(m => m.Rev).ToListAsync());
        revs.ShouldBe(Enumerable.Range((int)revs[0], senders * each).Select(rev => (long)rev));
        seen.Select(m => m.Id).ShouldBe(seen.Select(m => m.Id).Order());
    }

    [PostgresFact]
    public async Task Opening_a_room_many_times_at_once_opens_one()
    {
        var seller = await _first.SignedIn("alice");
        var buyer = await _first.SignedIn("bob");
        var product = await _first.AddProduct(seller.Id);
        TestBrowser[] windows = [buyer, AtSecond(buyer)];
        var url = $"/products/{product.Id}";
        var pages = new[] { await windows[0].Page(url), await windows[1].Page(url) };

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            windows[i % 2].Submit(pages[i % 2], url, $"form[action$='{url}/start-chat']")));

        results.Select(result => result.Header("Location").ShouldNotBeNull().Split('/')[^1]).Distinct().ShouldHaveSingleItem();
        (await _first.Data(db => db.ChatRooms.CountAsync(room => room.ProductId == product.Id))).ShouldBe(1);
    }

    [PostgresFact]
    public async Task A_due_notification_is_claimed_by_one_instance()
    {
        var talk = await Conversation.Create(_first);
        var now = _first.Clock.UtcNow;
        await _first.Data(async db =>
        {
            for (var i = 0; i < 10; i++)
            {
                var browser = new PushSubscription
                {
                    Id = Guid.NewGuid(), UserId = talk.Seller.Id, Endpoint = $"https://push.example/{i}", P256dh = [], Auth = [],
                    Language = "ko", SecurityStamp = (await db.Users.SingleAsync(u => u.Id == talk.Seller.Id)).SecurityStamp!,
                    CreatedAt = now, SessionExpiresAt = now.AddDays(14),
                };
                db.Add(browser);
                db.Add(new DueNotification
                {
                    SubscriptionId = browser.Id, ChatRoomId = talk.RoomId, DueAt = now.AddDays(-1), ExpiresAt = now.AddDays(1),
                });
            }

            return await db.SaveChangesAsync();
        });
        var outboxes = new[] { _first, _second }.SelectMany(host => Enumerable.Range(0, 3)
            .Select(_ => ActivatorUtilities.CreateInstance<NotificationOutbox>(host.Services)));

        var claims = await Task.WhenAll(outboxes.Select(outbox => Task.Run(() => outbox.ClaimDueAsync(default))));

        claims.SelectMany(claim => claim).Select(claim => claim.SubscriptionId).Distinct().Count()
            .ShouldBe(claims.Sum(claim => claim.Count));
        claims.Sum(claim => claim.Count).ShouldBe(10);
    }

    [PostgresFact]
    public async Task While_the_connection_for_changes_is_down_polls_look_and_then_everything_goes_on()
    {
        var talk = await Conversation.Create(_first);
        var seller = AtSecond(talk.Seller);
        var notifier = _second.Services.GetRequiredService<ChangeNotifier>();
        var rev = (await talk.Poll(seller)).Rev;

        await EndListeningConnections();
        await Wait.Until(() => !notifier.IsCurrent(seller.Id, notifier.GetVersion(seller.Id)), "no version is current");
        await talk.Send(talk.Buyer, "그 사이에");
        (await talk.Poll(seller, rev, $"&version={notifier.GetVersion(seller.Id)}")).Messages.Single().Payload.ShouldBe("그 사이에");

        await Wait.Until(() => notifier.IsCurrent(seller.Id, notifier.GetVersion(seller.Id)), "versions are current again");
        await _second.ChangesDelivered();
    }

    [PostgresFact]
    public async Task An_instance_that_dies_before_it_publishes_leaves_nobody_waiting()
    {
        var talk = await Conversation.Create(_first);
        await using var dying = _first.AnotherInstance();
        _ = dying.Services;
        var notifier = _second.Services.GetRequiredService<ChangeNotifier>();
        var wire = (PostgresChangeWire)_second.Services.GetRequiredService<IChangeWire>();
        await Wait.Until(() => wire.InstanceCount == 3, "the second instance knows the third");
        await _second.ChangesDelivered();
        var version = notifier.GetVersion(talk.Seller.Id);
        notifier.IsCurrent(talk.Seller.Id, version).ShouldBeTrue();

        await dying.DisposeAsync(); // As after kill -9, its connection disappears; and nothing was published.

        await Wait.Until(() => !notifier.IsCurrent(talk.Seller.Id, version), "the version is out of date");
    }

    private TestBrowser AtSecond(TestBrowser person)
    {
        var browser = _second.Browser(cookies: person.Cookies);
        (browser.Id, browser.Name) = (person.Id, person.Name);
        return browser;
    }

    private async Task EndListeningConnections()
    {
        await using var connection = new NpgsqlConnection($"{_first.Database};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = PostgresChangeWire.ApplicationName });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Polls as the page does: each answer continues from the one before. Ends with a poll that finds nothing more.</summary>
    private static async Task PollUntil(Func<bool> isEnd, Conversation talk, TestBrowser reader, List<ApiContracts.Message> seen)
    {
        var rev = 0L;
        while (true)
        {
            var isLast = isEnd();
            var answer = await talk.Poll(reader, rev);
            seen.AddRange(answer.Messages);
            rev = answer.Rev;
            if (isLast && !answer.HasMore && answer.Messages.Count == 0) return;
        }
    }
}
