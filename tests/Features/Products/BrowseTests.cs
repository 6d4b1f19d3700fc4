using System.Globalization;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Features.Products.Browse;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Products;

public sealed class BrowseTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task A_signed_out_visitor_sees_the_newest_product_first_with_its_seller_time_and_price()
    {
        var alice = await host.AddUser("alice");
        await host.AddProduct(alice.Id, "먼저 올린 의자");
        var newest = await host.AddProduct(alice.Id, "나중에 올린 책상", 12_000);

        var card = (await host.Browser().Page("/")).QuerySelector(".card").ShouldNotBeNull();

        card.QuerySelector("a").ShouldNotBeNull().GetAttribute("href").ShouldBe($"/products/{newest.Id}");
        card.TextContent.ShouldContain("나중에 올린 책상");
        card.TextContent.ShouldContain(alice.UserName!);
        card.TextContent.ShouldContain("12,000원");
        card.QuerySelector("time").ShouldNotBeNull().TextContent.ShouldBe("방금");
    }

    [Fact]
    public async Task Prices_read_as_the_reader_writes_them()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id, price: 12_000);
        Card(await host.Browser("en").Page("/"), product.Id).TextContent.ShouldContain("₩12,000");
    }

    [Fact]
    public async Task What_is_given_away_says_so_instead_of_a_price()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id, price: 0);
        var card = Card(await host.Browser().Page("/"), product.Id);
        card.TextContent.ShouldContain("나눔");
        card.TextContent.ShouldNotContain("원");
    }

    [Fact]
    public async Task A_product_shows_its_first_photo_and_a_drawing_where_it_has_none()
    {
        var alice = await host.AddUser("alice");
        var plain = await host.AddProduct(alice.Id);
        var pictured = await host.AddProduct(alice.Id);
        await AddPhotos(pictured.Id, "first.jpg", "second.jpg");

        var page = await host.Browser().Page("/");

        var picture = Card(page, pictured.Id).QuerySelector("img").ShouldNotBeNull();
        picture.GetAttribute("src").ShouldBe("/photos/first.jpg");
        picture.GetAttribute("srcset")
            .ShouldBe("/photos/first.jpg?width=160 160w, /photos/first.jpg?width=640 640w, /photos/first.jpg 800w");
        picture.GetAttribute("sizes").ShouldBe("(min-width: 1000px) 336px, 160px");
        Card(page, plain.Id).QuerySelector("img").ShouldBeNull();
        Card(page, plain.Id).QuerySelector("svg").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_card_counts_the_chats_and_says_nothing_where_there_are_none()
    {
        var alice = await host.AddUser("alice");
        var quiet = await host.AddProduct(alice.Id);
        var wanted = await host.AddProduct(alice.Id);
        await host.AddRoom(wanted, (await host.AddUser("bob")).Id);
        await host.AddRoom(wanted, (await host.AddUser("charlie")).Id);

        var page = await host.Browser().Page("/");

        Card(page, wanted.Id).QuerySelector("[data-chats]").ShouldNotBeNull().GetAttribute("data-chats").ShouldBe("2");
        Card(page, quiet.Id).QuerySelector("[data-chats]").ShouldBeNull();
    }

    [Fact]
    public async Task Older_pages_repeat_nothing_and_skip_nothing_while_products_are_added()
    {
        var alice = await host.AddUser("alice");
        var posted = new List<int>();
        for (var i = 0; i < BrowseQuery.PageSize * 2 + 5; i++) posted.Add((await host.AddProduct(alice.Id)).Id);

        var seen = new List<int>();
        var visitor = host.Browser();
        for (string? url = "/"; url is not null;)
        {
            var page = await visitor.Page(url);
            var cards = page.QuerySelectorAll("[data-product-id]");
            cards.Length.ShouldBeLessThanOrEqualTo(BrowseQuery.PageSize);
            seen.AddRange(cards.Select(card => int.Parse(card.GetAttribute("data-product-id")!, CultureInfo.InvariantCulture)));
            url = page.QuerySelector("a[rel=next]")?.GetAttribute("href");
            await host.AddProduct(alice.Id);
        }

        seen.ShouldBe(seen.Distinct().OrderDescending());
        seen.Where(posted.Contains).ShouldBe(posted.OrderDescending());
    }

    [Fact]
    public async Task An_empty_market_invites_to_post_the_first_product()
    {
        using var empty = new MarketHost();
        (await empty.Browser().Page("/")).QuerySelector("[data-empty] a").ShouldNotBeNull().GetAttribute("href").ShouldBe("/products/post");
    }

    [Fact]
    public async Task Past_the_oldest_product_there_is_a_way_back_to_the_newest() =>
        (await host.Browser().Page("/?before=1")).QuerySelector("[data-empty] a").ShouldNotBeNull().GetAttribute("href").ShouldBe("/");

    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    public async Task A_page_that_cannot_be_is_refused(string before) => await host.Browser().Scenario(s =>
    {
        s.Get.Url($"/?before={before}");
        s.StatusCodeShouldBe(400);
    });

    [Fact]
    public async Task A_page_takes_one_statement_however_many_products_it_shows()
    {
        var alice = await host.AddUser("alice");
        for (var i = 0; i < BrowseQuery.PageSize; i++) await AddPhotos((await host.AddProduct(alice.Id)).Id, "photo.jpg");
        var visitor = host.Browser();

        (await host.CountStatements(() => visitor.Page("/"))).ShouldBe(1);
    }

    [Fact]
    public async Task A_title_is_text_and_never_markup()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id, "<script>alert(1)</script> & 책");
        var card = Card(await host.Browser().Page("/"), product.Id);
        card.QuerySelector("script").ShouldBeNull();
        card.QuerySelector("a").ShouldNotBeNull().TextContent.ShouldBe("<script>alert(1)</script> & 책");
    }

    private static IElement Card(IHtmlDocument page, int productId) =>
        page.QuerySelector($"[data-product-id='{productId}']").ShouldNotBeNull();

    private Task AddPhotos(int productId, params string[] names) => host.Data(async db =>
    {
        db.AddRange(
            names.Select((name, i) => new ProductPhoto { ProductId = productId, Position = i, Name = name, Width = 800, Height = 600 }));
        return await db.SaveChangesAsync();
    });
}
