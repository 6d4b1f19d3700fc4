using System.Text.Json;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Account;

public sealed class ExportTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Page = "/account/export";

    [Fact]
    public async Task It_is_a_file_to_keep_to_which_the_profile_leads()
    {
        var bob = await host.SignedIn();
        (await bob.Page("/account/profile")).QuerySelector($"main a[href='{Page}']").ShouldNotBeNull();

        await bob.Scenario(s =>
        {
            s.Get.Url(Page);
            s.StatusCodeShouldBeOk();
            s.Header("Content-Disposition")
                .SingleValueShouldEqual($"attachment; filename=\"marketchat-{host.Clock.UtcNow:yyyy-MM-dd}.json\"");
            s.Header("Content-Type").SingleValueShouldEqual("application/json; charset=utf-8");
            s.Header("Cache-Control").SingleValueShouldEqual("no-store");
        });
    }

    [Fact]
    public async Task It_holds_who_one_is_what_one_sells_and_ones_conversations()
    {
        var talk = await Conversation.Create(host);
        await host.Data(db =>
        {
            db.Add(new ProductPhoto { ProductId = talk.Product.Id, Position = 0, Name = "0123.jpg", Width = 1, Height = 1 });
            return db.SaveChangesAsync();
        });
        var question = await talk.Send(talk.Buyer, "아직 있나요? <b>");
        await talk.Send(talk.Seller, "네, 있어요");

        var sellers = await Export(talk.Seller);

        sellers.GetProperty("profile").GetProperty("name").GetString().ShouldBe(talk.Seller.Name);
        sellers.GetProperty("profile").GetProperty("joinedAt").GetString().ShouldNotBeNull().ShouldEndWith("Z");
        var product = sellers.GetProperty("products").EnumerateArray().ShouldHaveSingleItem();
        product.GetProperty("title").GetString().ShouldBe(talk.Product.Title);
        product.GetProperty("price").GetInt32().ShouldBe(talk.Product.Price);
        product.GetProperty("description").GetString().ShouldBe(talk.Product.Description);
        product.GetProperty("photos").EnumerateArray().Select(p => p.GetString()).ShouldBe(["http://localhost/photos/0123.jpg"]);
        var room = sellers.GetProperty("rooms").EnumerateArray().ShouldHaveSingleItem();
        room.GetProperty("side").GetString().ShouldBe("seller");
        room.GetProperty("counterpart").GetString().ShouldBe(talk.Buyer.Name);
        room.GetProperty("product").GetString().ShouldBe(talk.Product.Title);
        var messages = room.GetProperty("messages").EnumerateArray().ToList();
        messages.Select(m => m.GetProperty("from").GetString()).ShouldBe([talk.Buyer.Name, talk.Seller.Name]);
        messages.Select(m => m.GetProperty("text").GetString()).ShouldBe(["아직 있나요? <b>", "네, 있어요"]);
        messages[0].GetProperty("sentAt").GetDateTime().ShouldBe(question.SentAt);
        messages[0].GetProperty("sentAt").GetString().ShouldNotBeNull().ShouldEndWith("Z");

        var buyers = await Export(talk.Buyer);
        buyers.GetProperty("products").EnumerateArray().ShouldBeEmpty();
        buyers.GetProperty("rooms")[0].GetProperty("side").GetString().ShouldBe("buyer");
    }

    [Fact]
    public async Task Nothing_of_a_strangers_is_in_it()
    {
        var talk = await Conversation.Create(host);
        var charlie = await host.SignedIn("charlie");
        var other = talk with { Buyer = charlie, RoomId = await host.AddRoom(talk.Product, charlie.Id) };
        await talk.Send(talk.Buyer, "우리끼리 얘기");
        await other.Send(charlie, "다른 방 얘기");
        await host.AddProduct(charlie.Id, "찰리의 텐트");

        var text = (await talk.Buyer.Scenario(s => s.Get.Url(Page))).ReadAsText();

        text.ShouldContain("우리끼리 얘기");
        text.ShouldNotContain("다른 방 얘기");
        text.ShouldNotContain("찰리의 텐트");
        text.ShouldNotContain(charlie.Name);
        text.ShouldNotContain(talk.Product.Description, customMessage: "of somebody else's product one has the title and the price");
    }

    [Fact]
    public async Task A_person_whose_account_is_closed_is_called_so()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, "네, 있어요");
        await talk.Seller.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));

        var room = (await Export(talk.Buyer)).GetProperty("rooms")[0];

        room.GetProperty("counterpart").GetString().ShouldBe("탈퇴한 사용자");
        room.GetProperty("messages")[0].GetProperty("from").GetString().ShouldBe("탈퇴한 사용자");
    }

    [Fact]
    public async Task The_first_conversation_is_on_its_way_before_the_second_is_read()
    {
        using var market = new MarketHost();
        var talk = await Conversation.Create(market);
        var second = await market.AddRoom(await market.AddProduct(talk.Seller.Id), talk.Buyer.Id);
        await market.Data(db =>
        {
            db.AddRange(Enumerable.Range(1, 40).Select(i => Message(talk, talk.RoomId, i)));
            db.Add(Message(talk, second, 1));
            return db.SaveChangesAsync();
        });
        var arrived = new TaskCompletionSource();
        var asked = 0;
        market.Statements.Before = sql =>
        {
            if (sql.Contains("\"Payload\"", StringComparison.Ordinal) && ++asked == 2)
            {
                arrived.Task.Wait(TimeSpan.FromMinutes(1)).ShouldBeTrue("nothing had arrived");
            }
        };

        using var client = market.Alba.Server.CreateClient(); // A scenario completes only when the whole response has arrived.
        client.DefaultRequestHeaders.Add("Cookie", talk.Buyer.Cookies.GetCookieHeader(talk.Buyer.Address));
        using var response = await client.GetAsync(Page, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line && !line.Contains("메시지 1 ", StringComparison.Ordinal))
        {
            asked.ShouldBeLessThanOrEqualTo(2);
        }

        arrived.SetResult();

        var rest = await reader.ReadToEndAsync();
        asked.ShouldBe(2);
        rest.ShouldContain("메시지 40 ");
    }

    [Fact]
    public async Task A_signed_out_visitor_gets_nothing()
    {
        await host.Browser().Scenario(s =>
        {
            s.Get.Url(Page);
            s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fexport");
        });
        await host.Browser().Scenario(s =>
        {
            s.Get.Url(Page);
            s.AsScript();
            s.StatusCodeShouldBe(401);
        });
    }

    private static Message Message(Conversation talk, int roomId, int number) => new()
    {
        Payload = $"메시지 {number} {new string('x', MarketChat.Infrastructure.Data.Entities.Message.MaxLength - 20)}",
        UserId = talk.Seller.Id,
        ChatRoomId = roomId,
        CreatedAt = talk.Host.Clock.UtcNow,
        ClientId = Guid.NewGuid(),
        Rev = number,
    };

    private static async Task<JsonElement> Export(TestBrowser visitor) => (await visitor.Scenario(s =>
    {
        s.Get.Url(Page);
        s.StatusCodeShouldBeOk();
    })).ReadAsJson();
}
