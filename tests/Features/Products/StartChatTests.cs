using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Products;

public sealed class StartChatTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const int Concurrency = 30;

    [Fact]
    public async Task A_buyer_who_presses_the_button_comes_into_a_room_with_the_seller()
    {
        var (product, bob) = (await ProductOfAlice(), await host.SignedIn("bob"));

        var result = await PressChat(bob, product.Id);

        var room = (await RoomsAbout(product)).ShouldHaveSingleItem();
        result.StatusCode.ShouldBe(303);
        result.Location.ShouldBe($"/chat/{room.Id}");
        (room.BuyerId, room.SellerId).ShouldBe((bob.Id, product.SellerId));
        var members = await host.Data(db => db.RoomMembers.Where(m => m.ChatRoomId == room.Id).OrderBy(m => m.Role).ToListAsync());
        members.Select(m => m.UserId).ShouldBe([bob.Id, product.SellerId]);
        members.ShouldAllBe(m => m.LastActivityAt == room.CreatedAt);
    }

    [Fact]
    public async Task Pressing_it_again_leads_to_the_same_room()
    {
        var (product, bob) = (await ProductOfAlice(), await host.SignedIn("bob"));
        var first = await PressChat(bob, product.Id);
        var second = await PressChat(bob, product.Id);
        second.Location.ShouldBe(first.Location);
        (await RoomsAbout(product)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_buyers_of_one_product_and_one_buyer_of_two_products_have_a_room_each()
    {
        var (chair, desk) = (await ProductOfAlice(), await ProductOfAlice());
        var (bob, charlie) = (await host.SignedIn("bob"), await host.SignedIn("charlie"));

        IScenarioResult[] results = [await PressChat(bob, chair.Id), await PressChat(charlie, chair.Id), await PressChat(bob, desk.Id)];

        results.Select(result => result.Location).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Thirty_presses_at_once_open_one_room_and_all_lead_there()
    {
        var (product, bob) = (await ProductOfAlice(), await host.SignedIn("bob"));
        var page = await bob.Page($"/products/{product.Id}");

        var results = await Task.WhenAll(
            Enumerable.Range(0, Concurrency).Select(_ => bob.Submit(page, $"/products/{product.Id}", "form[data-start-chat]")));

        var room = (await RoomsAbout(product)).ShouldHaveSingleItem();
        results.Select(result => (result.StatusCode, result.Location)).Distinct().ShouldBe([(303, $"/chat/{room.Id}")]);
    }

    [Fact]
    public async Task A_script_gets_the_room_and_learns_whether_it_is_new()
    {
        var (product, bob) = (await ProductOfAlice(), await host.SignedIn("bob"));
        var token = await bob.Token($"/products/{product.Id}");

        var first = await AskAsScript(bob, product.Id, token);
        var second = await AskAsScript(bob, product.Id, token);

        var room = (await RoomsAbout(product)).ShouldHaveSingleItem();
        (first.StatusCode, second.StatusCode).ShouldBe((201, 200));
        first.ReadAsJson().GetProperty("roomId").GetInt32().ShouldBe(room.Id);
        second.ReadAsJson().GetProperty("roomId").GetInt32().ShouldBe(room.Id);
    }

    [Fact]
    public async Task A_new_room_notifies_both_users_and_an_existing_one_nobody()
    {
        var (product, bob) = (await ProductOfAlice(), await host.SignedIn("bob"));
        var notifier = host.Services.GetRequiredService<ChangeNotifier>();
        var (atBob, atAlice) = (notifier.GetVersion(bob.Id), notifier.GetVersion(product.SellerId));

        await PressChat(bob, product.Id);
        await PressChat(bob, product.Id);

        notifier.GetVersion(bob.Id).ShouldBeGreaterThan(atBob);
        notifier.GetVersion(product.SellerId).ShouldBeGreaterThan(atAlice);
    }

    [Theory]
    [InlineData("ko", "자신의 상품에는 채팅할 수 없습니다.")]
    [InlineData("en", "You cannot chat about your own product.")]
    public async Task The_seller_sees_that_they_cannot_chat_with_themselves(string language, string sentence)
    {
        var alice = await host.SignedIn("alice", language);
        var product = await host.AddProduct(alice.Id);
        var token = await alice.Token("/products/post");

        var page = await PostTo(alice, product.Id, token);
        page.StatusCode.ShouldBe(409);
        page.ReadAsHtml().QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldBe(sentence);
        page.ReadAsHtml().QuerySelector($"main a[href='/products/{product.Id}']").ShouldNotBeNull();

        var problem = await AskAsScript(alice, product.Id, token);
        problem.StatusCode.ShouldBe(409);
        problem.Header("Content-Type").ShouldNotBeNull().ShouldContain("application/problem+json");
        problem.ReadAsJson().GetProperty("detail").GetString().ShouldBe(sentence);
        (await RoomsAbout(product)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_product_that_is_not_there_is_not_found()
    {
        var bob = await host.SignedIn("bob");
        var token = await bob.Token("/products/post");

        var page = await PostTo(bob, 999_999, token);
        page.StatusCode.ShouldBe(404);
        page.ReadAsText().ShouldContain("상품을 찾을 수 없습니다.");

        var problem = await AskAsScript(bob, 999_999, token);
        problem.StatusCode.ShouldBe(404);
        problem.ReadAsJson().GetProperty("detail").GetString().ShouldBe("상품을 찾을 수 없습니다.");
    }

    [Fact]
    public async Task A_signed_out_visitor_is_sent_to_sign_in_and_comes_back_to_the_product()
    {
        var product = await ProductOfAlice();
        var url = $"/products/{product.Id}/start-chat";

        var result = await host.Browser().Scenario(s =>
        {
            s.Post.Url(url);
            s.IgnoreStatusCode();
        });
        result.StatusCode.ShouldBe(302);
        result.Location.ShouldNotBeNull().ShouldContain($"returnUrl={Uri.EscapeDataString(url)}");

        await (await host.SignedIn("bob")).Scenario(s =>
        {
            s.Get.Url(url);
            s.ShouldRedirectTo($"/products/{product.Id}");
        });
        (await RoomsAbout(product)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_signed_out_script_is_told_to_sign_in()
    {
        var product = await ProductOfAlice();
        var result = await AskAsScript(host.Browser(), product.Id, token: null);
        result.StatusCode.ShouldBe(401);
        result.ReadAsJson().GetProperty("detail").GetString().ShouldBe("로그인이 필요합니다.");
    }

    [Fact]
    public async Task A_press_from_another_site_opens_nothing()
    {
        var (product, bob) = (await ProductOfAlice(), await host.SignedIn("bob"));
        (await PostTo(bob, product.Id, token: "")).StatusCode.ShouldBe(400);
        (await RoomsAbout(product)).ShouldBeEmpty();
    }

    private static Task<IScenarioResult> PressChat(TestBrowser visitor, int productId) =>
        visitor.Submit($"/products/{productId}", "form[data-start-chat]");

    private static Task<IScenarioResult> PostTo(TestBrowser visitor, int productId, string token) => visitor.Scenario(s =>
    {
        s.Post.Form(("__RequestVerificationToken", token)).ToUrl($"/products/{productId}/start-chat");
        s.IgnoreStatusCode();
    });

    private static Task<IScenarioResult> AskAsScript(TestBrowser visitor, int productId, string? token) => visitor.Scenario(s =>
    {
        s.Post.Url($"/products/{productId}/start-chat");
        s.AsScript(token);
        s.IgnoreStatusCode();
    });

    private async Task<Product> ProductOfAlice() => await host.AddProduct((await host.AddUser("alice")).Id);

    private Task<List<ChatRoom>> RoomsAbout(Product product) =>
        host.Data(db => db.ChatRooms.Where(r => r.ProductId == product.Id).ToListAsync());
}
