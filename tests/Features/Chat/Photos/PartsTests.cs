using MarketChat.Features.Chat.Photos;
using MarketChat.Infrastructure.Data;
using MarketChat.Tests.Infrastructure.Storage;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Photos;

public sealed class PartsTests(MarketHost host) : IClassFixture<MarketHost>
{
    private static readonly byte[] _jpeg = Pictures.Jpeg();

    [Fact]
    public async Task Photos_that_come_one_by_one_in_any_order_become_one_message()
    {
        var talk = await Conversation.Begin(host);
        var clientId = Guid.NewGuid();

        (await Missing(talk, clientId, 3)).ShouldBe([1, 2, 3]);
        (await talk.SendPart(talk.Buyer, clientId, 3, Pictures.Jpeg(8, 24))).StatusCode.ShouldBe(204);
        (await talk.SendPart(talk.Buyer, clientId, 1, Pictures.Jpeg(24, 8))).StatusCode.ShouldBe(204);
        (await Missing(talk, clientId, 3)).ShouldBe([2]);
        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();
        await talk.SendPart(talk.Buyer, clientId, 2, _jpeg);
        var sent = await talk.SendParts(talk.Buyer, clientId, 3);

        sent.StatusCode.ShouldBe(201);
        sent.ReadAsJson<PhotoSteps.PhotoMessage>().Photos.ShouldBe([new(24, 8), new(16, 16), new(8, 24)]);
        (await talk.SendParts(talk.Buyer, clientId, 3)).StatusCode.ShouldBe(200);
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem().ClientId.ShouldBe(clientId);
        PartsOf(talk).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_photo_that_comes_again_takes_its_own_place()
    {
        var talk = await Conversation.Begin(host);
        var clientId = Guid.NewGuid();
        foreach (var photo in new[] { _jpeg, _jpeg, Pictures.Jpeg(24, 8) }) await talk.SendPart(talk.Buyer, clientId, 1, photo);

        PartsOf(talk).ShouldHaveSingleItem();
        (await talk.SendParts(talk.Buyer, clientId, 1)).ReadAsJson<PhotoSteps.PhotoMessage>().Photos.ShouldBe([new(24, 8)]);
    }

    [Fact]
    public async Task Made_a_message_many_times_at_once_they_are_one()
    {
        var talk = await Conversation.Begin(host);
        var clientId = Guid.NewGuid();
        for (var number = 1; number <= 3; number++) await talk.SendPart(talk.Buyer, clientId, number, _jpeg);
        var before = host.FilesIn("photos");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => talk.SendParts(talk.Buyer, clientId, 3)));

        answers.Select(answer => answer.StatusCode).Order().ShouldBe([.. Enumerable.Repeat(200, 7), 201]);
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem();
        host.FilesIn("photos").Length.ShouldBe(before.Length + 3);
        PartsOf(talk).ShouldBeEmpty();
    }

    [Fact]
    public async Task Parts_belong_to_who_sent_them_and_to_their_room()
    {
        var talk = await Conversation.Begin(host);
        var other = talk with { RoomId = await host.AddRoom(await host.AddProduct(talk.Seller.Id), talk.Buyer.Id) };
        var clientId = Guid.NewGuid();
        await talk.SendPart(talk.Buyer, clientId, 1, _jpeg);

        (await talk.SendParts(talk.Seller, clientId, 1)).StatusCode.ShouldBe(202);
        (await other.SendParts(talk.Buyer, clientId, 1)).StatusCode.ShouldBe(202);
    }

    [Theory]
    [InlineData(0, "요청을 이해하지 못했어요. 새로고침해주세요.")]
    [InlineData(-1, "요청을 이해하지 못했어요. 새로고침해주세요.")]
    [InlineData(11, "사진은 한 번에 10장까지 보낼 수 있어요.")]
    public async Task There_are_numbers_from_one_to_ten(int number, string sentence)
    {
        var talk = await Conversation.Begin(host);
        foreach (var answer in new[] { await talk.SendPart(talk.Buyer, Guid.NewGuid(), number, _jpeg), await talk.SendParts(talk.Buyer, Guid.NewGuid(), number) })
        {
            answer.StatusCode.ShouldBe(400);
            answer.ReadAsJson<Wire.Problem>().Detail.ShouldBe(sentence);
        }

        (await talk.SendPart(talk.Buyer, Guid.Empty, 1, _jpeg)).StatusCode.ShouldBe(400);
        PartsOf(talk).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_photo_is_refused_at_once()
    {
        var talk = await Conversation.Begin(host);

        (await talk.SendPart(talk.Buyer, Guid.NewGuid(), 1, "no picture"u8.ToArray())).ReadAsJson<Wire.Problem>().Detail.ShouldBe("JPEG, PNG, WebP 사진만 올릴 수 있어요.");
        (await talk.SendPart(talk.Buyer, Guid.NewGuid(), 1, HostileFile.All["a file one byte too large"].Bytes)).StatusCode.ShouldBe(413);

        PartsOf(talk).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stranger_leaves_nothing_here()
    {
        var cast = await Cast.Of(host);
        (await cast.Talk.SendPart(cast.Stranger, Guid.NewGuid(), 1, _jpeg)).StatusCode.ShouldBe(404);
        (await cast.Talk.SendParts(cast.Stranger, Guid.NewGuid(), 1)).StatusCode.ShouldBe(404);
        PartsOf(cast.Talk).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_nobody_comes_back_for_is_swept_after_a_day_and_can_be_sent_anew()
    {
        using var market = new MarketHost();
        var talk = await Conversation.Begin(market);
        var clientId = Guid.NewGuid();
        await talk.SendPart(talk.Buyer, clientId, 1, _jpeg);
        var part = market.FilesIn("uploads").ShouldHaveSingleItem();
        File.SetLastWriteTimeUtc(part, DateTime.UtcNow - PhotoParts.Patience + TimeSpan.FromHours(1));
        using var soon = market.Restart();
        soon.Browser();
        File.Exists(part).ShouldBeTrue("there is an hour left");

        File.SetLastWriteTimeUtc(part, DateTime.UtcNow - PhotoParts.Patience - TimeSpan.FromHours(1));
        using var later = soon.Restart();
        var back = talk with { Host = later, Buyer = later.Browser(cookies: talk.Buyer.Cookies) };

        await Eventually.Is(() => !File.Exists(part), "it is swept");
        (await Missing(back, clientId, 1)).ShouldBe([1]);
        (await back.SendPart(back.Buyer, clientId, 1, _jpeg)).StatusCode.ShouldBe(204);
        (await back.SendParts(back.Buyer, clientId, 1)).StatusCode.ShouldBe(201);
    }

    private static async Task<int[]> Missing(Conversation talk, Guid clientId, int count)
    {
        var answer = await talk.SendParts(talk.Buyer, clientId, count);
        answer.StatusCode.ShouldBe(202);
        return [.. answer.ReadAsJson().GetProperty("missing").EnumerateArray().Select(number => number.GetInt32())];
    }

    private string[] PartsOf(Conversation talk) =>
        [.. host.FilesIn("uploads").Where(part => Path.GetFileName(part).StartsWith($"{talk.RoomId}-", StringComparison.Ordinal))];
}
