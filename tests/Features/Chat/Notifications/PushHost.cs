using System.Text.Json;
using MarketChat.Features.Chat.Notifications;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>The app, and a push service on the same machine to which it may send.</summary>
public sealed class PushHost : MarketHost, IAsyncLifetime
{
    public PushHost() => With("Push:AllowPrivateEndpoints", "true");

    public FakePushService Service { get; } = new();

    public Task InitializeAsync() => Service.InitializeAsync();

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await Service.DisposeAsync();
    }

    /// <summary>A browser in which this person has asked to be told.</summary>
    public async Task<FakePushClient> Subscribe(TestBrowser visitor, FakePushClient? browser = null)
    {
        browser ??= Service.Browser();
        (await Post(visitor, "/chat/notifications", browser.Fields)).StatusCode.ShouldBe(204);
        return browser;
    }

    public static Task<IScenarioResult> Unsubscribe(TestBrowser visitor) => Post(visitor, "/chat/notifications?handler=Unsubscribe");

    public static async Task Mute(Conversation talk, TestBrowser visitor, bool muted = true) =>
        (await Post(visitor, $"{talk.Url}/mute", ("muted", muted ? "true" : "false"))).StatusCode.ShouldBe(204);

    public static async Task<IScenarioResult> Post(TestBrowser visitor, string url, params (string Field, string Value)[] fields)
    {
        var token = await visitor.Token();
        return await visitor.Scenario(s =>
        {
            s.Post.Form(fields).ToUrl(url);
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    /// <summary>Waits until so many messages have come to a browser, past the time in which they might be read.</summary>
    public async Task<IReadOnlyList<JsonElement>> Notified(FakePushClient browser, int messages)
    {
        Clock.Advance(NotificationSchedule.DebounceDelay);
        await Clock.AdvanceUntil(() => Service.SentTo(browser).Count >= messages, $"{messages} messages for the browser");
        var sent = Service.SentTo(browser);
        sent.Count.ShouldBe(messages);
        return [.. sent.Select(browser.Read)];
    }

    /// <summary>
    /// Another room of the same seller's, in which there is always something to tell: when that has come, all before it has, too.
    /// </summary>
    public async Task<Conversation> AnotherRoom(Conversation talk)
    {
        var charlie = await SignedIn("charlie");
        return talk with { Buyer = charlie, RoomId = await AddRoom(talk.Product, charlie.Id) };
    }

    /// <summary>As the slice does in which people take back what they said: where nothing else is left to read, all is read.</summary>
    public async Task Remove(Conversation talk, long messageId)
    {
        await Data(db => db.ExecuteInTransactionAsync(
            async token =>
            {
                await db.Messages.Where(m => m.Id == messageId).ExecuteUpdateAsync(
                    set => set.SetProperty(m => m.RemovedAt, Clock.UtcNow).SetProperty(m => m.Payload, ""), token);
                return await db.RoomMembers
                    .Where(member => member.ChatRoomId == talk.RoomId && member.LastReadMessageId < member.LastIncomingMessageId
                        && !db.Messages.Any(m => m.ChatRoomId == talk.RoomId && m.UserId != member.UserId && m.RemovedAt == null
                            && m.Id > member.LastReadMessageId))
                    .ExecuteUpdateAsync(set => set.SetProperty(m => m.LastReadMessageId, m => m.LastIncomingMessageId), token);
            },
            default));
        NotifyChanged(talk);
    }

    /// <summary>The buyer says something in all these rooms, in one moment, and the bell rings once.</summary>
    public async Task SayEverywhere(Conversation talk, IReadOnlyList<int> rooms)
    {
        await Data(db => db.ExecuteInTransactionAsync(
            async token =>
            {
                foreach (var id in rooms)
                {
                    var room = await db.ChatRooms.Include(r => r.Members).SingleAsync(r => r.Id == id, token);
                    var message = new Message
                    {
                        ChatRoomId = id, UserId = talk.Buyer.Id, Payload = "안녕하세요", ClientId = Guid.NewGuid(),
                        CreatedAt = Clock.UtcNow, Rev = ++room.Rev,
                    };
                    db.Add(message);
                    await db.SaveChangesAsync(token);
                    room.Seller().LastIncomingMessageId = message.Id;
                    room.Members.ForEach(member => member.LastActivityAt = message.CreatedAt);
                }

                return await db.SaveChangesAsync(token);
            },
            default));
        NotifyChanged(talk);
    }

    public Task<int> CountSubscriptions(TestBrowser visitor) => Data(db => db.PushSubscriptions.CountAsync(s => s.UserId == visitor.Id));

    private void NotifyChanged(Conversation talk)
    {
        foreach (var person in new[] { talk.Seller, talk.Buyer }) Services.GetRequiredService<ChangeNotifier>().NotifyChanged(person.Id);
    }
}
