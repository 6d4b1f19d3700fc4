using System.Text.Json;
using MarketChat.Features.Chat;
using MarketChat.Features.Chat.Notifications;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>The app with a push service on the same machine, to which it may send.</summary>
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

    /// <summary>Subscribes a browser of this user to notifications.</summary>
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

    /// <summary>Waits until a browser has received this many notifications, and longer than the debounce delay.</summary>
    public async Task<IReadOnlyList<JsonElement>> Notified(FakePushClient browser, int messages)
    {
        Clock.Advance(NotificationOutbox.DebounceDelay);
        await Clock.AdvanceUntil(() => Service.SentTo(browser).Count >= messages, $"{messages} messages for the browser");
        var sent = Service.SentTo(browser);
        sent.Count.ShouldBe(messages);
        return [.. sent.Select(browser.Read)];
    }

    /// <summary>
    /// Creates another room of the same seller. Its first message is always notified, and when that notification arrives, all earlier ones
    /// have arrived.
    /// </summary>
    public async Task<Conversation> AnotherRoom(Conversation talk)
    {
        var charlie = await SignedIn("charlie");
        return talk with { Buyer = charlie, RoomId = await AddRoom(talk.Product, charlie.Id) };
    }

    /// <summary>Removes a message of the buyer as the Removal slice does; if no unread message is left, the read marker advances.</summary>
    public Task Remove(Conversation talk, long messageId) => Use<RoomWriter, object>(async rooms => await rooms.WriteAsync<object>(
        talk.Buyer.Id,
        talk.RoomId,
        async change =>
        {
            await change.Db.Messages.Where(m => m.Id == messageId).ExecuteUpdateAsync(set => set
                .SetProperty(m => m.RemovedAt, Clock.UtcNow).SetProperty(m => m.Payload, "").SetProperty(m => m.Rev, change.Rev));
            await change.Db.RoomMembers
                .Where(member => member.ChatRoomId == talk.RoomId && member.LastReadMessageId < member.LastIncomingMessageId
                    && !change.Db.Messages.Any(m => m.ChatRoomId == talk.RoomId && m.UserId != member.UserId && m.RemovedAt == null
                        && m.Id > member.LastReadMessageId))
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.LastReadMessageId, m => m.LastIncomingMessageId));
            return change;
        },
        default));

    /// <summary>The buyer sends a message to each of these rooms, before any notification is due.</summary>
    public Task SendToAll(Conversation talk, IReadOnlyList<int> rooms) => Use<SendMessage, int>(async sender =>
    {
        foreach (var id in rooms) await sender.ExecuteAsync(talk.Buyer.Id, id, "안녕하세요", Guid.NewGuid(), default);
        return rooms.Count;
    });

    /// <summary>Resolves a scoped service of the app and uses it.</summary>
    public async Task<T> Use<TService, T>(Func<TService, Task<T>> use)
        where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>The number of browsers to which messages of this user are sent.</summary>
    public Task<int> CountSubscriptions(TestBrowser visitor) =>
        Data(db => db.PushSubscriptions.CountAsync(s => s.UserId == visitor.Id && !s.IsSuspended));
}
