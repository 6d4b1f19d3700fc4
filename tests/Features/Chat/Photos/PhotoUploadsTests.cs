using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Infrastructure.Photos;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Chat.Photos;

public sealed class PhotoUploadsTests(MarketHost host) : IClassFixture<MarketHost>
{
    private static readonly byte[] _jpeg = TestImages.Jpeg();

    [Fact]
    public async Task Photos_that_come_one_by_one_in_any_order_become_one_message()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();

        (await Missing(talk, clientId, 3)).ShouldBe([1, 2, 3]);
        (await talk.UploadOne(talk.Buyer, clientId, 3, TestImages.Jpeg(8, 24))).StatusCode.ShouldBe(204);
        (await talk.UploadOne(talk.Buyer, clientId, 1, TestImages.Jpeg(24, 8))).StatusCode.ShouldBe(204);
        (await Missing(talk, clientId, 3)).ShouldBe([2]);
        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();
        await talk.UploadOne(talk.Buyer, clientId, 2, _jpeg);
        var sent = await talk.SendUploads(talk.Buyer, clientId, 3);

        sent.StatusCode.ShouldBe(201);
        sent.ReadAsJson<PhotoSteps.PhotoMessage>().Photos.ShouldBe([new(24, 8), new(16, 16), new(8, 24)]);
        (await talk.SendUploads(talk.Buyer, clientId, 3)).StatusCode.ShouldBe(200);
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem().ClientId.ShouldBe(clientId);
        (await UploadsOf(talk)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_photo_that_comes_again_takes_its_own_place()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        foreach (var photo in new[] { _jpeg, _jpeg, TestImages.Jpeg(24, 8) }) await talk.UploadOne(talk.Buyer, clientId, 1, photo);

        (await UploadsOf(talk)).ShouldHaveSingleItem();
        (await talk.SendUploads(talk.Buyer, clientId, 1)).ReadAsJson<PhotoSteps.PhotoMessage>().Photos.ShouldBe([new(24, 8)]);
    }

    [Fact]
    public async Task Made_a_message_many_times_at_once_they_are_one()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        for (var number = 1; number <= 3; number++) await talk.UploadOne(talk.Buyer, clientId, number, _jpeg);
        var before = host.FilesIn("photos");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => talk.SendUploads(talk.Buyer, clientId, 3)));

        answers.Select(answer => answer.StatusCode).Order().ShouldBe([.. Enumerable.Repeat(200, 7), 201]);
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem();
        host.FilesIn("photos").ShouldBe(before, "they were stored once");
        (await UploadsOf(talk)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Parts_belong_to_who_sent_them_and_to_their_room()
    {
        var talk = await Conversation.Create(host);
        var other = talk with { RoomId = await host.AddRoom(await host.AddProduct(talk.Seller.Id), talk.Buyer.Id) };
        var clientId = Guid.NewGuid();
        await talk.UploadOne(talk.Buyer, clientId, 1, _jpeg);

        (await talk.SendUploads(talk.Seller, clientId, 1)).StatusCode.ShouldBe(202);
        (await other.SendUploads(talk.Buyer, clientId, 1)).StatusCode.ShouldBe(202);
    }

    [Theory]
    [InlineData(0, "요청을 이해하지 못했어요. 새로고침해주세요.")]
    [InlineData(-1, "요청을 이해하지 못했어요. 새로고침해주세요.")]
    [InlineData(11, "사진은 한 번에 10장까지 보낼 수 있어요.")]
    public async Task There_are_numbers_from_one_to_ten(int number, string sentence)
    {
        var talk = await Conversation.Create(host);
        foreach (var answer in new[] { await talk.UploadOne(talk.Buyer, Guid.NewGuid(), number, _jpeg),
            await talk.SendUploads(talk.Buyer, Guid.NewGuid(), number) })
        {
            answer.StatusCode.ShouldBe(400);
            answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe(sentence);
        }

        (await talk.UploadOne(talk.Buyer, Guid.Empty, 1, _jpeg)).StatusCode.ShouldBe(400);
        (await UploadsOf(talk)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_photo_is_refused_at_once()
    {
        var talk = await Conversation.Create(host);

        (await talk.UploadOne(talk.Buyer, Guid.NewGuid(), 1, "no picture"u8.ToArray())).ReadAsJson<ApiContracts.Problem>()
            .Detail.ShouldBe("JPEG, PNG, WebP 사진만 올릴 수 있어요.");
        (await talk.UploadOne(talk.Buyer, Guid.NewGuid(), 1, HostileFile.All["a file one byte too large"].Bytes)).StatusCode.ShouldBe(413);

        (await UploadsOf(talk)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_quota_is_reported_to_the_script()
    {
        using var market = new MarketHost().With("Photos:QuotaFiles", "1");
        var talk = await Conversation.Create(market);
        await talk.UploadOne(talk.Buyer, Guid.NewGuid(), 1, _jpeg);

        var answer = await talk.UploadOne(talk.Buyer, Guid.NewGuid(), 1, _jpeg);

        answer.StatusCode.ShouldBe(409);
        answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldStartWith("사진 저장 공간이 가득 찼어요.");
        (await talk.UploadOne(talk.Seller, Guid.NewGuid(), 1, _jpeg)).StatusCode.ShouldBe(204);
    }

    [Fact]
    public async Task A_stranger_leaves_nothing_here()
    {
        var users = await TestUsers.Of(host);
        (await users.Talk.UploadOne(users.Stranger, Guid.NewGuid(), 1, _jpeg)).StatusCode.ShouldBe(404);
        (await users.Talk.SendUploads(users.Stranger, Guid.NewGuid(), 1)).StatusCode.ShouldBe(404);
        (await UploadsOf(users.Talk)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_nobody_comes_back_for_is_swept_after_a_day_and_can_be_sent_anew()
    {
        using var market = new MarketHost();
        var talk = await Conversation.Create(market);
        var clientId = Guid.NewGuid();
        await talk.UploadOne(talk.Buyer, clientId, 1, _jpeg);
        var cleanup = market.Services.GetRequiredService<PhotoCleanupService>();
        market.Clock.Advance(PhotoCleanupService.Expiration - TimeSpan.FromHours(1));
        await cleanup.CleanUpAsync(CancellationToken.None);
        market.FilesIn("photos").ShouldHaveSingleItem("there is an hour left");

        market.Clock.Advance(TimeSpan.FromHours(2));
        await cleanup.CleanUpAsync(CancellationToken.None);

        market.FilesIn("photos").ShouldBeEmpty();
        (await Missing(talk, clientId, 1)).ShouldBe([1]);
        (await talk.UploadOne(talk.Buyer, clientId, 1, _jpeg)).StatusCode.ShouldBe(204);
        (await talk.SendUploads(talk.Buyer, clientId, 1)).StatusCode.ShouldBe(201);
    }

    [Fact]
    public async Task A_photo_that_comes_again_after_its_message_is_not_stored_again()
    {
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        await talk.UploadOne(talk.Buyer, clientId, 1, _jpeg);
        var sent = (await talk.SendUploads(talk.Buyer, clientId, 1)).ReadAsJson<PhotoSteps.PhotoMessage>();
        var files = host.FilesIn("photos");

        (await talk.UploadOne(talk.Buyer, clientId, 1, TestImages.Jpeg(24, 8))).StatusCode.ShouldBe(204);

        host.FilesIn("photos").ShouldBe(files);
        (await talk.SendUploads(talk.Buyer, clientId, 1)).ReadAsJson<PhotoSteps.PhotoMessage>().Id.ShouldBe(sent.Id);
        await talk.Seller.Fetch(talk.UrlOf(sent));
    }

    private static async Task<int[]> Missing(Conversation talk, Guid clientId, int count)
    {
        var answer = await talk.SendUploads(talk.Buyer, clientId, count);
        answer.StatusCode.ShouldBe(202);
        return [.. answer.ReadAsJson().GetProperty("missing").EnumerateArray().Select(number => number.GetInt32())];
    }

    private Task<List<string>> UploadsOf(Conversation talk) =>
        host.Data(db => db.StoredPhotos.Where(p => p.ChatRoomId == talk.RoomId && p.IsStaged).Select(p => p.Name).ToListAsync());
}
