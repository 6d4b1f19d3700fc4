using System.Text.Json;
using MarketChat.Features.Chat.Notifications;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Delivery;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>The app, and a push service on the same machine to which it may send.</summary>
public sealed class PushHost : MarketHost, IAsyncLifetime
{
    public PushHost() => With("Push:AllowPrivateEndpoints", "true");

    public PushService Service { get; } = new();

    public Task InitializeAsync() => Service.InitializeAsync();

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await Service.DisposeAsync();
    }

    /// <summary>A browser in which this person has asked to be told.</summary>
    public async Task<PushBrowser> Subscribe(Visitor visitor, PushBrowser? browser = null)
    {
        browser ??= Service.Browser();
        (await Post(visitor, "/chat/notifications", browser.Fields)).StatusCode.ShouldBe(204);
        return browser;
    }

    public static Task<ScenarioResult> Unsubscribe(Visitor visitor) => Post(visitor, "/chat/notifications?handler=Off");

    public static async Task Mute(Conversation talk, Visitor visitor, bool muted = true) =>
        (await Post(visitor, $"{talk.Url}/mute", ("muted", muted ? "true" : "false"))).StatusCode.ShouldBe(204);

    public static async Task<ScenarioResult> Post(Visitor visitor, string url, params (string Field, string Value)[] fields)
    {
        var token = await visitor.Token();
        return await visitor.Scenario(s =>
        {
            s.Post.FormData(fields).ToUrl(url);
            s.AsScript(token);
        });
    }

    /// <summary>Waits until so many messages have come to a browser, past the time in which they might be read.</summary>
    public async Task<IReadOnlyList<JsonElement>> Told(PushBrowser browser, int messages)
    {
        Clock.Turn(PeopleToTell.Grace);
        await Eventually.Is(() => Service.SentTo(browser).Count >= messages, $"{messages} messages for the browser");
        var sent = Service.SentTo(browser);
        sent.Count.ShouldBe(messages);
        return [.. sent.Select(browser.Read)];
    }

    /// <summary>Another room of the same seller's, in which there is always something to tell: when that has come, all before it has, too.</summary>
    public async Task<Conversation> AnotherRoom(Conversation talk)
    {
        var charlie = await SignedIn("charlie");
        return talk with { Buyer = charlie, RoomId = await AddRoom(talk.Product, charlie.Id) };
    }

    /// <summary>As the slice does in which people take back what they said.</summary>
    public async Task TakeBack(Conversation talk, long messageId)
    {
        await Data(db => db.WriteAsync(
            token => db.Messages.Where(m => m.Id == messageId).ExecuteUpdateAsync(
                set => set.SetProperty(m => m.RemovedAt, Clock.Now).SetProperty(m => m.Payload, ""), token),
            default));
        foreach (var person in new[] { talk.Seller, talk.Buyer }) Services.GetRequiredService<Doorbell>().Ring(person.Id);
    }

    public Task<int> CountSubscriptions(Visitor visitor) => Data(db => db.PushSubscriptions.CountAsync(s => s.UserId == visitor.Id));
}
