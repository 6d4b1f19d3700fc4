using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Products;

public sealed class DetailsTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string ChatForm = "form[data-start-chat]";

    [Fact]
    public async Task A_signed_out_visitor_sees_everything_and_is_led_to_sign_in_and_back_instead_of_to_a_chat()
    {
        var alice = await host.AddUser("alice");
        var product = await host.AddProduct(alice.Id, "로드 자전거");

        var page = await host.Browser().Page($"/products/{product.Id}");

        page.Title.ShouldNotBeNull().ShouldContain("로드 자전거");
        var main = page.QuerySelector("main").ShouldNotBeNull();
        main.TextContent.ShouldContain(alice.UserName!);
        main.TextContent.ShouldContain("320,000원");
        main.TextContent.ShouldContain(product.Description);
        main.QuerySelector(ChatForm).ShouldBeNull();
        main.QuerySelector($"a[href='/account/sign-in?returnUrl=%2Fproducts%2F{product.Id}']").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_buyer_sees_the_chat_button()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id);
        var page = await (await host.SignedIn()).Page($"/products/{product.Id}");
        page.QuerySelector($"{ChatForm} button").ShouldNotBeNull().TextContent.ShouldBe("채팅하기");
    }

    [Fact]
    public async Task The_seller_sees_no_chat_button_on_their_own_product()
    {
        var alice = await host.SignedIn("alice");
        var product = await host.AddProduct(alice.Id);
        var page = await alice.Page($"/products/{product.Id}");
        page.QuerySelector(ChatForm).ShouldBeNull();
        page.Body.ShouldNotBeNull().TextContent.ShouldNotContain("채팅하기");
    }

    [Fact]
    public async Task The_seller_sees_how_many_chats_there_are_and_the_way_to_them()
    {
        var alice = await host.SignedIn("alice");
        var product = await host.AddProduct(alice.Id);
        await host.AddRoom(product, (await host.AddUser("bob")).Id);
        await host.AddRoom(product, (await host.AddUser("charlie")).Id);
        await host.AddRoom(await host.AddProduct(alice.Id), (await host.AddUser("david")).Id);

        var page = await alice.Page($"/products/{product.Id}");

        page.QuerySelector($"a[href='/chat?product={product.Id}']").ShouldNotBeNull().TextContent.ShouldBe("채팅 2개 보기");
    }

    [Fact]
    public async Task A_buyer_is_shown_no_way_into_other_peoples_chats()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id);
        await host.AddRoom(product, (await host.AddUser("bob")).Id);
        var page = await (await host.SignedIn("charlie")).Page($"/products/{product.Id}");
        page.QuerySelector("a[href^='/chat?']").ShouldBeNull();
    }

    [Fact]
    public async Task Several_pictures_come_in_their_order_with_their_place_and_their_size()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id);
        await host.Data(async db =>
        {
            db.Add(new ProductPhoto { ProductId = product.Id, Position = 1, Name = "back.jpg", Width = 600, Height = 800 });
            db.Add(new ProductPhoto { ProductId = product.Id, Position = 0, Name = "front.jpg", Width = 800, Height = 600 });
            return await db.SaveChangesAsync();
        });

        var slides = (await host.Browser().Page($"/products/{product.Id}")).QuerySelectorAll(".gallery__slide");

        slides.Select(slide => slide.QuerySelector("img")!.GetAttribute("src")).ShouldBe(["/photos/front.jpg", "/photos/back.jpg"]);
        slides.Select(slide => slide.QuerySelector(".gallery__count")!.TextContent).ShouldBe(["1 / 2", "2 / 2"]);
        var first = slides[0].QuerySelector("img")!;
        (first.GetAttribute("width"), first.GetAttribute("height")).ShouldBe(("800", "600"));
        first.GetAttribute("srcset").ShouldBe("/photos/front.jpg?width=160 160w, /photos/front.jpg?width=640 640w, /photos/front.jpg 800w");
        first.GetAttribute("sizes").ShouldBe("(min-width: 1000px) 733px, 117vw", "4 by 3 is cropped to 8 by 7, or to a square");
        slides[1].QuerySelector("img")!.GetAttribute("srcset").ShouldBe("/photos/back.jpg?width=160 160w, /photos/back.jpg 600w");
        slides[1].QuerySelector("img")!.GetAttribute("sizes").ShouldBe("(min-width: 1000px) 550px, 100vw");
    }

    [Fact]
    public async Task A_product_without_pictures_has_a_drawing()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id);
        (await host.Browser().Page($"/products/{product.Id}")).QuerySelector(".gallery svg.no-photo").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("/products/999999")]
    [InlineData("/products/0")]
    [InlineData("/products/-1")]
    [InlineData("/products/bicycle")]
    [InlineData("/products/99999999999")]
    public async Task A_product_that_is_not_there_is_not_found(string url) => await host.Browser().Scenario(s =>
    {
        s.Get.Url(url);
        s.StatusCodeShouldBe(404);
        s.ContentShouldContain("찾을 수 없어요");
    });

    [Fact]
    public async Task The_page_takes_one_statement()
    {
        var product = await host.AddProduct((await host.AddUser("alice")).Id);
        var visitor = host.Browser();
        (await host.CountStatements(() => visitor.Page($"/products/{product.Id}"))).ShouldBe(1);
    }
}
