using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace MarketChat.Tests.Infrastructure.Data;

/// <summary>The search finds messages before and after they are indexed, and no removed text.</summary>
[Trait("Category", "Sqlite")]
public sealed class MessageSearchTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const int EnoughToBeIndexed = 256;

    [Fact]
    public async Task What_was_said_is_found_before_and_after_it_comes_into_the_index()
    {
        var talk = await Conversation.Create(host);
        var said = await talk.Send(talk.Buyer, "혹시 네고 가능할까요? OK");
        string[] words = ["가능할까요?", "네고", "고", "ok", "할까"];

        foreach (var word in words) (await Find(talk.Seller, word)).ShouldBe([said.Id], word);
        await Chatter(talk, EnoughToBeIndexed);
        (await IndexedUpTo(host)).ShouldBeGreaterThanOrEqualTo(said.Id);
        foreach (var word in words) (await Find(talk.Seller, word)).ShouldBe([said.Id], word);
        (await Find(talk.Seller, "가능할까요?", "네고", "혹")).ShouldBe([said.Id]);
        (await Find(talk.Seller, "가능할까요?", "택배")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Newest_come_first_and_the_next_page_goes_on_where_the_last_one_ended()
    {
        var talk = await Conversation.Create(host);
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, (await talk.Send(talk.Buyer, $"{i}번째 이야기")).Id);
            if (i == 2) await Chatter(talk, EnoughToBeIndexed);
        }

        var first = await host.Data(db => db.Engine.FindMessagesAsync(db, talk.Buyer.Id, ["번째 이야기"], long.MaxValue, 3, default));
        first.Ids.ShouldBe(ids[..3]);
        var second = await host.Data(db => db.Engine.FindMessagesAsync(db, talk.Buyer.Id, ["번째 이야기"], first.NextCursor!.Value, 3, default));
        second.Ids.ShouldBe(ids[3..]);
        second.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_rare_and_long_ago_is_found_a_stretch_at_a_time()
    {
        using var market = new MarketHost();
        var talk = await Conversation.Create(market);
        var said = await talk.Send(talk.Buyer, "없는 말");
        await market.Data(db => db.ExecuteInTransactionAsync(token => db.Database.ExecuteSqlAsync($"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
            INSERT INTO "Messages" ("Payload", "SearchText", "UserId", "ChatRoomId", "CreatedAt", "ClientId", "Rev")
            SELECT '그냥 하는 말', '그냥하는말', {talk.Buyer.Id}, {talk.RoomId}, {market.Clock.UtcNow}, 'filler-' || i, 1000 + i FROM n
            """, token), default));

        var before = long.MaxValue;
        var stretches = new List<MessageSearchPage>();
        while (stretches is not [.., { NextCursor: null }])
        {
            stretches.Add(await market.Data(db => db.Engine.FindMessagesAsync(db, talk.Seller.Id, ["없는"], before, 20, default)));
            before = stretches[^1].NextCursor ?? before;
        }

        stretches.Count.ShouldBeInRange(3, 5);
        stretches.SelectMany(stretch => stretch.Ids).ShouldBe([said.Id]);
        stretches[0].Ids.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_finds_what_others_said_not_even_with_their_names_in_the_index()
    {
        var talk = await Conversation.Create(host);
        var stranger = await host.SignedIn("stranger");
        await talk.Send(talk.Buyer, $"비밀이에요 {(char)(0xe000 + stranger.Id % 6400)}{(char)(0xe000 + stranger.Id / 6400)}\ue000");

        (await Find(stranger, "비밀이에요")).ShouldBeEmpty();
        await Chatter(talk, EnoughToBeIndexed);
        (await Find(stranger, "비밀이에요")).ShouldBeEmpty();
        (await Find(stranger, "비밀")).ShouldBeEmpty();
        (await Find(talk.Seller, "비밀이에요")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_removed_message_is_found_no_more_and_no_piece_of_it_is_left_in_any_file(bool indexed)
    {
        using var market = new MarketHost();
        var talk = await Conversation.Create(market);
        const string Secret = "쀍뛟쮊꽷퓱";
        await Chatter(talk, 40);
        var said = await talk.Send(talk.Buyer, Secret);
        if (indexed) await Chatter(talk, EnoughToBeIndexed);
        (await Find(market, talk.Seller, Secret)).ShouldBe([said.Id]);

        await market.Data(db => db.ExecuteInTransactionAsync(token => db.Messages.Where(m => m.Id == said.Id).ExecuteUpdateAsync(
            set => set.SetProperty(m => m.Payload, "").SetProperty(m => m.SearchText, "")
                .SetProperty(m => m.RemovedAt, market.Clock.UtcNow), token), default));
        await Wait.Until(() => market.Data(db => db.TryTruncateWalAsync(default)), "the log is empty");

        (await Find(market, talk.Seller, Secret)).ShouldBeEmpty();
        (await Find(market, talk.Seller, "쮊")).ShouldBeEmpty();
        var kept = BytesOf(market);
        foreach (var syllable in Secret)
        {
            kept.IndexOf(Encoding.UTF8.GetBytes([syllable]).AsSpan()).ShouldBe(-1, $"{syllable} is still there");
        }

        await ShouldBeSound(market);
    }

    [Fact]
    public async Task What_goes_with_its_room_its_product_or_its_person_leaves_the_index_too()
    {
        using var market = new MarketHost();
        var (one, two, three) = (await Conversation.Create(market), await Conversation.Create(market), await Conversation.Create(market));
        foreach (var talk in new[] { one, two, three }) await talk.Send(talk.Buyer, "지나간 이야기예요");
        var other = await Conversation.Create(market);
        var stays = await other.Send(other.Buyer, "지나간 이야기예요");
        await Chatter(other, EnoughToBeIndexed);
        await other.Send(other.Buyer, "아직 색인되지 않은 이야기");
        (await Entries(market, "지나간")).ShouldBe(4);

        await market.Data(db =>
            db.ExecuteInTransactionAsync(token => db.ChatRooms.Where(r => r.Id == one.RoomId).ExecuteDeleteAsync(token), default));
        (await Entries(market, "지나간")).ShouldBe(3);
        await market.Data(db =>
            db.ExecuteInTransactionAsync(token => db.Products.Where(p => p.Id == two.Product.Id).ExecuteDeleteAsync(token), default));
        (await Entries(market, "지나간")).ShouldBe(2);
        await market.Data(db =>
            db.ExecuteInTransactionAsync(token => db.Users.Where(u => u.Id == three.Buyer.Id).ExecuteDeleteAsync(token), default));
        (await Entries(market, "지나간")).ShouldBe(1);

        (await Find(market, other.Seller, "지나간")).ShouldBe([stays.Id]);
        await ShouldBeSound(market);
    }

    [Fact]
    public async Task Changed_words_are_found_and_the_former_ones_are_not()
    {
        var talk = await Conversation.Create(host);
        var said = await talk.Send(talk.Buyer, "처음에 쓴 문장");
        await Chatter(talk, EnoughToBeIndexed);

        await host.Data(db => db.ExecuteInTransactionAsync(
            async token =>
            {
                (await db.Messages.SingleAsync(m => m.Id == said.Id, token)).Payload = "나중에 쓴 문장";
                return await db.SaveChangesAsync(token);
            },
            default));

        (await Find(talk.Seller, "처음에")).ShouldBeEmpty();
        (await Find(talk.Seller, "나중에")).ShouldBe([said.Id]);
    }

    [Fact]
    public async Task What_was_said_before_there_was_an_index_is_found()
    {
        using var market = new MarketHost { StartsWithoutDatabase = true };
        var options = new DbContextOptionsBuilder<SqliteMarketDb>().UseApplicationServiceProvider(host.Services)
            .UseSqlite($"Data Source={Path.Combine(market.StorageRoot, "market.db")};Pooling=False").Options;
        await using (var older = new SqliteMarketDb(options, new SqliteEngine()))
        {
            await older.GetService<IMigrator>().MigrateAsync("PhotosAndRemoval");
            await older.Database.ExecuteSqlRawAsync("""
                INSERT INTO AspNetUsers (Id, UserName, NormalizedUserName, CreatedAt, EmailConfirmed, PhoneNumberConfirmed,
                    TwoFactorEnabled,
                    LockoutEnabled, AccessFailedCount)
                    VALUES (1, 'alice', 'ALICE', '2026-01-01', 0, 0, 0, 1, 0), (2, 'bob', 'BOB', '2026-01-01', 0, 0, 0, 1, 0);
                INSERT INTO Products (Id, Title, Price, Description, SellerId, CreatedAt, ClientId)
                    VALUES (1, '자전거', 1, '', 1, '2026-01-01', '0b6e0000-0000-0000-0000-000000000000');
                INSERT INTO ChatRooms (Id, BuyerId, SellerId, ProductId, CreatedAt, UpdatedAt, Rev, BuyerReadUpTo, SellerReadUpTo,
                    LastBuyerMessageId, LastSellerMessageId) VALUES (1, 2, 1, 1, '2026-01-01', '2026-01-01', 300, 0, 0, 300, 0);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
                INSERT INTO Messages (Id, Payload, UserId, ChatRoomId, CreatedAt, ClientId, Rev)
                    SELECT i, CASE i WHEN 1 THEN '오래된 이야기예요' ELSE '그냥 하는 말' END, 2, 1, '2026-01-01',
                        printf('%08X-0000-0000-0000-000000000000', i), i FROM n;
                """);
        }

        (await IndexedUpTo(market)).ShouldBe(300);
        (await market.Data(db => db.Engine.FindMessagesAsync(db, 1, ["오래된"], long.MaxValue, 20, default))).Ids.ShouldBe([1]);
        await ShouldBeSound(market);
    }

    [Fact]
    public async Task The_index_is_asked_in_the_order_of_ids_and_nothing_is_sorted()
    {
        var talk = await Conversation.Create(host);
        string? statement = null;
        host.Statements.Before = sql => statement = sql.Contains("\"MessageIndex\" MATCH", StringComparison.Ordinal) ? sql : statement;
        await Find(talk.Buyer, "자전거");
        host.Statements.Before = null;

        var plan = await host.Data(async db =>
        {
            await db.Database.OpenConnectionAsync();
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + statement;
            foreach (var name in new[] { "@p0", "@p1", "@p2", "@p3", "@p4", "@p5", "p0", "p1", "p2", "p3", "p4", "p5" })
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, "1");
                command.Parameters.Add(parameter);
            }

            await using var reader = await command.ExecuteReaderAsync();
            var lines = new List<string>();
            while (await reader.ReadAsync()) lines.Add(reader.GetString(3));
            return string.Join('\n', lines);
        });

        plan.ShouldContain("MERGE (UNION ALL)");
        plan.ShouldContain("SCAN i VIRTUAL TABLE");
        plan.ShouldContain("SEARCH m USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
        plan.ShouldNotContain("TEMP B-TREE");
    }

    private Task<IReadOnlyList<long>> Find(TestBrowser visitor, params string[] words) => Find(host, visitor, words);

    private static async Task<IReadOnlyList<long>> Find(MarketHost market, TestBrowser visitor, params string[] words) =>
        (await market.Data(db => db.Engine.FindMessagesAsync(db, visitor.Id, words, long.MaxValue, 20, default))).Ids;

    private static Task<int> Chatter(Conversation talk, int count) => talk.Host.Data(async db =>
    {
        var room = await db.ChatRooms.SingleAsync(r => r.Id == talk.RoomId);
        for (var i = 0; i < count; i++)
        {
            db.Messages.Add(new Message
            {
                Payload = $"그냥 하는 말 {i}", UserId = talk.Buyer.Id, ChatRoomId = talk.RoomId, CreatedAt = talk.Host.Clock.UtcNow,
                ClientId = Guid.NewGuid(), Rev = ++room.Rev,
            });
        }

        return await db.SaveChangesAsync();
    });

    private static Task<long> IndexedUpTo(MarketHost market) =>
        market.Data(db => db.Database.SqlQueryRaw<long>("SELECT \"UpTo\" AS \"Value\" FROM \"MessageIndexState\"").SingleAsync());

    private static Task<int> Entries(MarketHost market, string gram) =>
        market.Data(db =>
            db.Database.SqlQuery<int>($"SELECT COUNT(*) AS \"Value\" FROM \"MessageIndex\" WHERE \"MessageIndex\" MATCH {gram}")
                .SingleAsync());

    private static Task<bool> ShouldBeSound(MarketHost market) => market.Data(async db =>
    {
        (await db.Engine.CheckIntegrityAsync(db, default)).ShouldBeEmpty();
        var kept = await db.Database.SqlQueryRaw<string>(
            "SELECT name AS \"Value\" FROM sqlite_master WHERE type IN ('trigger', 'view') AND name LIKE 'MessageIndex%' ORDER BY name")
            .ToListAsync();
        kept.Count.ShouldBe(7, "a migration that makes Messages or ChatRooms anew makes the triggers anew, too");
        return true;
    });

    private static byte[] BytesOf(MarketHost market)
    {
        using var bytes = new MemoryStream();
        foreach (var file in Directory.GetFiles(market.StorageRoot, "market.db*")
            .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.CopyTo(bytes);
        }

        return bytes.ToArray();
    }
}
