using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;

namespace MarketChat.Tests.Support;

/// <summary>A seller, a buyer, the seller's product and their room: the starting point of most chat tests.</summary>
public sealed record Conversation(MarketHost Host, TestBrowser Seller, TestBrowser Buyer, Product Product, int RoomId)
{
    public string Url => $"/chat/{RoomId}";

    public static async Task<Conversation> Create(MarketHost host)
    {
        var seller = await host.SignedIn("alice");
        var buyer = await host.SignedIn("bob");
        var product = await host.AddProduct(seller.Id);
        return new Conversation(host, seller, buyer, product, await host.AddRoom(product, buyer.Id));
    }

    /// <summary>Sends a message as the page's script does, and checks that this request stored it.</summary>
    public async Task<ApiContracts.Message> Send(TestBrowser speaker, string text, Guid? clientId = null) =>
        (await Post(speaker, text, clientId ?? Guid.NewGuid(), s => s.StatusCodeShouldBe(201))).ReadAsJson<ApiContracts.Message>();

    public async Task<IScenarioResult> Post(TestBrowser speaker, string text, Guid clientId, Action<Scenario>? expect = null)
    {
        var token = await speaker.Token();
        return await speaker.Scenario(s =>
        {
            s.Post.Form(("payload", text), ("clientId", clientId.ToString())).ToUrl($"{Url}/send");
            s.AsScript(token);
            if (expect is null) s.IgnoreStatusCode();
            else expect(s);
        });
    }

    public async Task<ApiContracts.RoomChangesResponse> Poll(TestBrowser reader, long after = 0, string more = "") =>
        (await reader.Scenario(s =>
    {
        s.Get.Url($"{Url}?handler=Messages&after={after}{more}");
        s.StatusCodeShouldBeOk();
    })).ReadAsJson<ApiContracts.RoomChangesResponse>();

    public async Task<IScenarioResult> MarkRead(TestBrowser reader, long upTo)
    {
        var token = await reader.Token();
        return await reader.Scenario(s =>
        {
            s.Post.Form(("upTo", $"{upTo}")).ToUrl($"{Url}?handler=Read");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }
}

/// <summary>The JSON contract of the API, declared independently of the app's types.</summary>
public static class ApiContracts
{
    public sealed record Message(long Id, Guid ClientId, int SenderId, bool Mine, string Payload, DateTime SentAt);

    public sealed record RoomChangesResponse(
        long Rev, long Version, int UnreadRooms, long CounterpartReadUpTo, bool HasMore, bool? Reset, IReadOnlyList<Message> Messages);

    public sealed record History(IReadOnlyList<Message> Messages, bool HasMore);

    public sealed record Badge(int UnreadRooms, long Version);

    public sealed record Problem(int Status, string Detail);
}
