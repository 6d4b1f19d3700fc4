using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.List;

public sealed class ListTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task The_seller_sees_every_buyers_room_about_a_product_and_each_buyer_only_their_own()
    {
        var talk = await Conversation.Create(host);
        var charlie = await host.SignedIn("charlie");
        var david = await host.SignedIn("david");
        var rooms = new[] { talk.RoomId, await host.AddRoom(talk.Product, charlie.Id), await host.AddRoom(talk.Product, david.Id) };

        (await RoomIds(talk.Seller)).ShouldBe(rooms, ignoreOrder: true);
        (await RoomIds(talk.Buyer)).ShouldBe([rooms[0]]);
        (await RoomIds(charlie)).ShouldBe([rooms[1]]);
        (await RoomIds(david)).ShouldBe([rooms[2]]);
    }

    [Fact]
    public async Task A_card_shows_the_counterpart_the_product_the_newest_message_its_time_and_how_many_are_unread()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");
        await talk.Send(talk.Buyer, "아직 있나요?");

        var card = (await talk.Seller.Page("/chat")).QuerySelector($"[data-room-id='{talk.RoomId}']").ShouldNotBeNull();

        card.QuerySelector("[data-name]").ShouldNotBeNull().TextContent.ShouldBe(talk.Buyer.Name);
        card.QuerySelector("[data-product-title]").ShouldNotBeNull().TextContent.ShouldBe("자전거");
        card.QuerySelector("[data-preview]").ShouldNotBeNull().TextContent.ShouldBe("아직 있나요?");
        card.QuerySelector("time").ShouldNotBeNull().TextContent.ShouldBe("방금");
        card.GetAttribute("data-unread").ShouldBe("2");

        var mine = (await talk.Buyer.Page("/chat")).QuerySelector($"[data-room-id='{talk.RoomId}']").ShouldNotBeNull();
        mine.QuerySelector("[data-name]").ShouldNotBeNull().TextContent.ShouldBe(talk.Seller.Name);
        mine.HasAttribute("data-unread").ShouldBeFalse();
    }

    [Fact]
    public async Task The_room_with_the_newest_message_comes_first()
    {
        var first = await Conversation.Create(host);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var product = await host.AddProduct(first.Seller.Id, "기타");
        var second = first with { Product = product, RoomId = await host.AddRoom(product, first.Buyer.Id) };
        (await RoomIds(first.Buyer)).ShouldBe([second.RoomId, first.RoomId]);

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await first.Send(first.Seller, "안녕하세요");

        (await RoomIds(first.Buyer)).ShouldBe([first.RoomId, second.RoomId]);
    }

    [Fact]
    public async Task Without_rooms_it_says_what_to_do_next()
    {
        var page = await (await host.SignedIn()).Page("/chat");

        var empty = page.QuerySelector("[data-empty]").ShouldNotBeNull();
        empty.QuerySelector("a[href='/']").ShouldNotBeNull();
        page.QuerySelectorAll("[data-room-id]").Length.ShouldBe(0);
    }

    [Fact]
    public async Task A_product_nobody_has_asked_about_leads_back_to_the_product()
    {
        var seller = await host.SignedIn("alice");
        var product = await host.AddProduct(seller.Id);

        var page = await seller.Page($"/chat?product={product.Id}");

        page.QuerySelector($"[data-empty] a[href='/products/{product.Id}']").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_signed_out_visitor_goes_to_sign_in_first()
    {
        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url("/chat");
            s.StatusCodeShouldBe(302);
        });

        result.Location.ShouldNotBeNull().ShouldEndWith("/account/sign-in?returnUrl=%2Fchat");
    }

    [Fact]
    public async Task A_sellers_list_can_be_of_one_product_alone_and_shows_nothing_of_a_strangers()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AddProduct(talk.Seller.Id, "소파");
        await host.AddRoom(other, talk.Buyer.Id);
        var strangers = await Conversation.Create(host);

        (await RoomIds(talk.Seller, $"/chat?product={talk.Product.Id}")).ShouldBe([talk.RoomId]);
        (await RoomIds(talk.Seller, $"/chat?product={strangers.Product.Id}")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task It_takes_as_many_statements_for_a_thousand_rooms_as_for_one_and_pages_through_all(int rooms)
    {
        var seller = await host.SignedIn("alice");
        await FillWithRooms(seller.Id, rooms);
        await seller.Page("/account/profile"); // The first request after a while also revalidates the session.

        var statements = await host.CountStatements(() => seller.Page("/chat"));
        var seen = new List<int>();
        for (var url = "/chat"; url is not null;)
        {
            var page = await seller.Page(url);
            seen.AddRange(Ids(page));
            url = page.QuerySelector(".room-list__older")?.GetAttribute("href");
        }

        statements.ShouldBe(2); // The list and the badge.
        seen.Count.ShouldBe(rooms);
        seen.ShouldBeUnique();
    }

    [Fact]
    public async Task The_script_gets_the_same_cards_as_json()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");

        var answer = (await talk.Seller.Scenario(s => s.Get.Url("/chat?handler=Rooms"))).ReadAsJson();

        var room = answer.GetProperty("rooms")[0];
        room.GetProperty("id").GetInt32().ShouldBe(talk.RoomId);
        room.GetProperty("counterpart").GetString().ShouldBe(talk.Buyer.Name);
        room.GetProperty("preview").GetString().ShouldBe("안녕하세요");
        room.GetProperty("unread").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("?before=nonsense")]
    [InlineData("?before=1-2-3")]
    [InlineData("?before=99999999999999999999-1")]
    [InlineData("?product=abc")]
    public async Task A_question_that_makes_no_sense_is_400(string query) => await (await host.SignedIn()).Scenario(s =>
    {
        s.Get.Url($"/chat{query}");
        s.StatusCodeShouldBe(400);
    });

    private static async Task<List<int>> RoomIds(TestBrowser visitor, string url = "/chat") => Ids(await visitor.Page(url));

    private static List<int> Ids(AngleSharp.Dom.IDocument page) =>
        page.QuerySelectorAll("[data-room-id]").Select(card => int.Parse(card.GetAttribute("data-room-id")!)).ToList();

    private Task<int> FillWithRooms(int sellerId, int count) => host.Data(async db =>
    {
        for (var i = 0; i < count; i++)
        {
            // Some rooms share a time, so that the id decides the order.
            var room = TestRooms.Create(sellerId, host.Clock.UtcNow.AddSeconds(-i / 3));
            room.Product = new Product { Title = $"상품 {i}", Description = "", SellerId = sellerId };
            db.Add(room);
        }

        return await db.SaveChangesAsync();
    });
}
