using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Operations;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Operations;

public sealed class DemoDataTests(DemoDataTests.DemoHost demo) : IClassFixture<DemoDataTests.DemoHost>, IDisposable
{
    private readonly MarketHost _host = new();

    [Fact]
    public async Task The_first_start_shows_a_market_with_a_dozen_products_and_their_pictures()
    {
        var visitor = demo.Browser();
        var page = await visitor.Page("/");

        var cards = page.QuerySelectorAll("[data-product-id]");
        cards.Select(card => int.Parse(card.GetAttribute("data-product-id")!, CultureInfo.InvariantCulture))
            .ShouldBe(Enumerable.Range(1, 12).Reverse());
        page.QuerySelector("[data-product-id='9']").ShouldNotBeNull().TextContent.ShouldContain("로드 자전거 54 사이즈, 거의 새것");
        foreach (var picture in cards.Select(card => card.QuerySelector("img").ShouldNotBeNull()))
        {
            await visitor.Scenario(s =>
            {
                s.Get.Url(picture.GetAttribute("src")!);
                s.StatusCodeShouldBeOk();
                s.Header("Content-Type").SingleValueShouldEqual("image/webp");
            });
        }

        var times = await demo.Data(db => db.Products.OrderBy(p => p.Id).Select(p => p.CreatedAt).ToListAsync());
        times.ShouldBe(times.Order());
        times[^1].ShouldBeLessThan(demo.Clock.UtcNow);
    }

    [Theory]
    [InlineData("alice", 1)]
    [InlineData("bob", 2)]
    [InlineData("charlie", 3)]
    [InlineData("david", 4)]
    public async Task Everybody_signs_in_with_the_demo_password(string name, int id)
    {
        await demo.Browser().SignIn(name, DemoDataSeeder.Password);
        (await demo.Data(db => db.Users.SingleAsync(u => u.UserName == name))).Id.ShouldBe(id);
    }

    [Fact]
    public async Task Alice_has_three_rooms_about_her_bicycle_two_of_them_unread_and_Bob_has_one_that_he_has_read()
    {
        await demo.Data(async db =>
        {
            var members = await db.RoomMembers.Include(m => m.ChatRoom).Where(m => m.Role == RoomRole.Seller)
                .OrderByDescending(m => m.LastActivityAt).ToListAsync();
            var rooms = members.ConvertAll(m => m.ChatRoom);
            rooms.ShouldAllBe(r => r.SellerId == 1 && r.ProductId == DemoDataSeeder.Bicycle);
            rooms.Select(r => r.BuyerId).ShouldBe([2, 3, 4]);

            var unread = members.Select(member =>
                db.Messages.Count(m => m.ChatRoomId == member.ChatRoomId && m.UserId != 1 && m.Id > member.LastReadMessageId));
            unread.ShouldBe([2, 1, 0]);
            (await db.CountUnreadRoomsAsync(1, CancellationToken.None)).ShouldBe(2);
            (await db.CountUnreadRoomsAsync(2, CancellationToken.None)).ShouldBe(0);
            return rooms;
        });
    }

    [Fact]
    public async Task Each_room_is_as_if_its_messages_had_been_sent_by_hand()
    {
        foreach (var room in await demo.Data(db => db.ChatRooms.Include(r => r.Members).ToListAsync()))
        {
            var messages = await demo.Data(db => db.Messages.Where(m => m.ChatRoomId == room.Id).OrderBy(m => m.Id).ToListAsync());
            messages.Select(m => m.Rev).ShouldBe(messages.Select(m => m.Rev).Distinct().Order());
            messages.Select(m => m.CreatedAt).ShouldBe(messages.Select(m => m.CreatedAt).Order());
            messages[0].Rev.ShouldBe(1);
            messages[^1].Rev.ShouldBeLessThanOrEqualTo(room.Rev);
            var lastSentAt = messages[^1].CreatedAt;
            room.Members.ShouldAllBe(member => member.LastActivityAt == lastSentAt);
            room.Members.ShouldAllBe(member => member.LastIncomingMessageId
                == messages.Where(m => m.UserId != member.UserId).Select(m => m.Id).DefaultIfEmpty().Max());
            messages.ShouldAllBe(m => m.UserId == room.BuyerId || m.UserId == room.SellerId);
        }
    }

    [Fact]
    public async Task A_second_start_adds_nothing()
    {
        var before = await Counts(demo);
        await Fill(demo);
        (await Counts(demo)).ShouldBe(before);
    }

    [Fact]
    public async Task A_database_in_which_somebody_has_an_account_is_left_alone()
    {
        await _host.AddUser("somebody");
        await Fill(_host);
        (await Counts(_host)).ShouldBe((1, 0, 0, 0));
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_crash_half_way_leaves_nothing_and_the_next_start_fills_everything()
    {
        _host.Statements.Before = sql =>
        {
            if (sql.Contains("INSERT INTO \"Messages\"", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("the power is gone");
            }
        };
        await Should.ThrowAsync<DbUpdateException>(() => Fill(_host));
        (await Counts(_host)).ShouldBe((0, 0, 0, 0));

        _host.Statements.Before = null;
        await Fill(_host);
        var (people, products, photos, _) = await Counts(_host);
        (people, products).ShouldBe((4, 12));
        Directory.GetFiles(Path.Combine(_host.StorageRoot, "photos")).Length.ShouldBe(photos * 3, "each in three widths");
    }

    public void Dispose() => _host.Dispose();

    private static async Task Fill(MarketHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DemoDataSeeder>().SeedAsync(CancellationToken.None);
    }

    private static Task<(int People, int Products, int Photos, int Messages)> Counts(MarketHost host) => host.Data(async db => (
        await db.Users.CountAsync(), await db.Products.CountAsync(), await db.Set<ProductPhoto>().CountAsync(),
        await db.Messages.CountAsync()));

    /// <summary>The app's second start, with the data of its first start.</summary>
    public sealed class DemoHost : MarketHost
    {
        public DemoHost()
        {
            DemoStorage.CopyTo(this);
            With("Demo:Enabled", "true");
        }
    }
}
