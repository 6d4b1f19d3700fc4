using MarketChat.Infrastructure.Data;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Infrastructure.Data;

public sealed class SchemaTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task The_migrations_make_the_schema_that_the_model_describes()
    {
        (await host.Data(db => Task.FromResult(db.Database.HasPendingModelChanges()))).ShouldBeFalse("add a migration, as the README says");

        await using var asModelled = new MarketDb(new DbContextOptionsBuilder<MarketDb>().UseSqlite("Data Source=:memory:").Options, new WriteGate());
        await asModelled.Database.OpenConnectionAsync();
        await asModelled.Database.EnsureCreatedAsync();

        (await host.Data(Schema)).ShouldBe(await Schema(asModelled));
    }

    [Fact]
    public async Task A_buyer_a_seller_and_a_product_have_one_room_at_most()
    {
        var talk = await Conversation.Begin(host);

        var exception = await Should.ThrowAsync<DbUpdateException>(() => host.AddRoom(talk.Product, talk.Buyer.Id));

        exception.IsUniqueViolation().ShouldBeTrue();
    }

    [Fact]
    public async Task Deleting_a_product_takes_its_rooms_and_their_messages_along()
    {
        var talk = await Conversation.Begin(host);
        await talk.Say(talk.Buyer, "안녕하세요");

        await host.Data(db => db.WriteAsync(token => db.Products.Where(p => p.Id == talk.Product.Id).ExecuteDeleteAsync(token), default));

        (await host.Data(db => db.ChatRooms.AnyAsync(r => r.Id == talk.RoomId))).ShouldBeFalse();
        (await host.Data(db => db.Messages.AnyAsync(m => m.ChatRoomId == talk.RoomId))).ShouldBeFalse();
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")] // FULL
    [InlineData("foreign_keys", "1")]
    public async Task A_commit_is_on_disk_and_references_hold(string pragma, string value) =>
        (await host.Data(async db =>
        {
            await db.Database.OpenConnectionAsync();
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            return $"{await command.ExecuteScalarAsync()}";
        })).ShouldBe(value);

    [Theory]
    [InlineData("SELECT COUNT(*) FROM ChatRooms WHERE BuyerId = 1 AND LastSellerMessageId > BuyerReadUpTo", "IX_ChatRooms_UnreadByBuyer")]
    [InlineData("SELECT COUNT(*) FROM ChatRooms WHERE SellerId = 1 AND LastBuyerMessageId > SellerReadUpTo", "IX_ChatRooms_UnreadBySeller")]
    [InlineData("SELECT * FROM ChatRooms WHERE BuyerId = 1 ORDER BY UpdatedAt DESC, Id DESC LIMIT 21", "IX_ChatRooms_BuyerId_UpdatedAt")]
    [InlineData("SELECT * FROM ChatRooms WHERE SellerId = 1 ORDER BY UpdatedAt DESC, Id DESC LIMIT 21", "IX_ChatRooms_SellerId_UpdatedAt")]
    [InlineData("SELECT * FROM Messages WHERE ChatRoomId = 1 AND Rev > 7 ORDER BY Rev LIMIT 101", "IX_Messages_ChatRoomId_Rev")]
    [InlineData("SELECT * FROM Messages WHERE ChatRoomId = 1 AND Id < 7 ORDER BY Id DESC LIMIT 41", "IX_Messages_ChatRoomId_Id")]
    public async Task What_is_asked_most_is_answered_from_its_index_without_sorting(string query, string index)
    {
        var plan = await host.Data(db => Explain(db, query));

        plan.ShouldContain(index);
        plan.ShouldNotContain("TEMP B-TREE");
    }

    private static async Task<string> Explain(MarketDb db, string query)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {query}";
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(3));
        return string.Join('\n', lines);
    }

    private static async Task<List<string>> Schema(MarketDb db) => await db.Database.SqlQueryRaw<string>("""
        SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS Value FROM sqlite_master
        WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '\_\_EF%' ESCAPE '\' ORDER BY type, name
        """).ToListAsync();
}
