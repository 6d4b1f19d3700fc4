using MarketChat.Infrastructure.Data;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Badge;

public sealed class BadgeTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task The_seller_sees_a_badge_when_a_buyer_writes_and_it_is_gone_once_the_room_is_opened()
    {
        var talk = await Conversation.Create(host);
        (await BadgeOf(talk.Seller)).ShouldBeNull();

        await talk.Send(talk.Buyer, "안녕하세요");
        (await BadgeOf(talk.Seller)).ShouldBe("1");

        await talk.Seller.Page(talk.Url);
        (await BadgeOf(talk.Seller)).ShouldBeNull();
    }

    [Fact]
    public async Task The_buyer_sees_a_badge_when_the_seller_answers()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, "관심 있으신가요?");

        (await BadgeOf(talk.Buyer)).ShouldBe("1");
        (await BadgeOf(talk.Seller)).ShouldBeNull();
    }

    [Fact]
    public async Task It_is_right_on_the_page_of_the_room_that_was_just_opened()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");

        (await talk.Seller.Page(talk.Url)).QuerySelector("[data-badge]").ShouldBeNull();
    }

    [Fact]
    public async Task It_counts_rooms_rather_than_messages()
    {
        var talk = await Conversation.Create(host);
        var charlie = await host.SignedIn("charlie");
        var second = talk with { Buyer = charlie, RoomId = await host.AddRoom(talk.Product, charlie.Id) };
        for (var i = 0; i < 3; i++) await talk.Send(talk.Buyer, "저요");
        await second.Send(charlie, "저도요");

        (await BadgeOf(talk.Seller)).ShouldBe("2");
        (await Ask(talk.Seller)).UnreadRooms.ShouldBe(2);
    }

    [Fact]
    public async Task Past_99_it_says_99_plus()
    {
        var seller = await host.SignedIn("alice");
        var product = await host.AddProduct(seller.Id);
        await host.Data(async db =>
        {
            for (var i = 0; i < 120; i++)
            {
                var room = TestRooms.Create(seller.Id, host.Clock.UtcNow, product.Id);
                room.Seller().LastIncomingMessageId = 1;
                db.Add(room);
            }

            return await db.SaveChangesAsync();
        });

        (await BadgeOf(seller)).ShouldBe("99+");
        (await Ask(seller)).UnreadRooms.ShouldBe(120);
    }

    [Fact]
    public async Task With_the_current_version_it_says_nothing_new_without_a_look_at_the_database()
    {
        var talk = await Conversation.Create(host);
        await host.ChangesDelivered();
        var version = (await Ask(talk.Seller)).Version;

        var statements = await host.CountStatements(() => talk.Seller.Scenario(s =>
        {
            s.Get.Url($"/badge?version={version}");
            s.StatusCodeShouldBe(204);
        }));
        statements.ShouldBe(0);

        await talk.Send(talk.Buyer, "안녕하세요");
        await host.ChangesDelivered();
        (await Ask(talk.Seller, $"?version={version}")).UnreadRooms.ShouldBe(1);
    }

    [Fact]
    public async Task A_signed_out_visitor_has_no_badge_and_gets_401_for_asking()
    {
        (await BadgeOf(host.Browser())).ShouldBeNull();
        await host.Browser().Scenario(s =>
        {
            s.Get.Url("/badge");
            s.StatusCodeShouldBe(401);
        });
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task A_version_that_is_no_number_is_400(string version) => await (await host.SignedIn()).Scenario(s =>
    {
        s.Get.Url($"/badge?version={version}");
        s.StatusCodeShouldBe(400);
    });

    private static async Task<string?> BadgeOf(TestBrowser visitor) => (await visitor.Page("/")).QuerySelector("[data-badge]")?.TextContent;

    private static async Task<ApiContracts.Badge> Ask(TestBrowser visitor, string query = "") =>
        (await visitor.Scenario(s => s.Get.Url($"/badge{query}"))).ReadAsJson<ApiContracts.Badge>();
}
