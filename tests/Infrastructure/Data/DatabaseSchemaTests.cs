using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Infrastructure.Data.Sqlite.CompiledModel;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Data;

[Trait("Category", "Sqlite")]
public sealed class DatabaseSchemaTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task The_migrations_make_the_schema_that_the_model_describes()
    {
        (await host.Data(db => Task.FromResult(db.Database.HasPendingModelChanges()))).ShouldBeFalse("add a migration, as the README says");

        await using var asModelled = InMemory();
        await asModelled.Database.OpenConnectionAsync();
        await asModelled.Database.EnsureCreatedAsync();

        (await host.Data(Schema)).ShouldBe(await Schema(asModelled));
    }

    [Fact]
    public async Task The_compiled_model_is_the_one_that_the_configuration_makes()
    {
        var (compiled, configured) = await host.Data(db => Task.FromResult((
            db.Model, db.GetService<IModelRuntimeInitializer>().Initialize(db.GetService<IDesignTimeModel>().Model, designTime: false))));

        compiled.ShouldBeAssignableTo<SqliteMarketDbModel>();
        Description(compiled).Except(Description(configured)).ShouldBeEmpty("compile the model anew, as the README says");
        Description(configured).Except(Description(compiled)).ShouldBeEmpty("compile the model anew, as the README says");

        // Ad hoc query types join the model at run time and are not part of the schema.
        static IEnumerable<string> Description(IModel model) => model.GetEntityTypes()
            .Select(type => type.ToDebugString(MetadataDebugStringOptions.LongDefault))
            .Append(model.GetRelationalModel().ToDebugString(MetadataDebugStringOptions.LongDefault))
            .SelectMany(text => text.Split('\n'));
    }

    [Fact]
    public async Task A_buyer_a_seller_and_a_product_have_one_room_at_most()
    {
        var talk = await Conversation.Create(host);

        var exception = await Should.ThrowAsync<DbUpdateException>(() => host.AddRoom(talk.Product, talk.Buyer.Id));

        host.Services.GetRequiredService<IDatabaseEngine>().IsUniqueViolation(exception).ShouldBeTrue();
    }

    [Fact]
    public async Task Deleting_a_product_takes_its_rooms_and_their_messages_along()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");

        await host.Data(db =>
            db.ExecuteInTransactionAsync(token => db.Products.Where(p => p.Id == talk.Product.Id).ExecuteDeleteAsync(token), default));

        (await host.Data(db => db.ChatRooms.AnyAsync(r => r.Id == talk.RoomId))).ShouldBeFalse();
        (await host.Data(db => db.Messages.AnyAsync(m => m.ChatRoomId == talk.RoomId))).ShouldBeFalse();
    }

    [Fact]
    public async Task What_people_wrote_before_an_account_could_be_closed_is_still_there_afterwards()
    {
        await using var older = InMemory();
        await older.Database.OpenConnectionAsync();
        older.AddMigrationFunctions();
        await older.GetService<IMigrator>().MigrateAsync("Start");
        await older.Database.ExecuteSqlRawAsync("""
            INSERT INTO AspNetUsers (Id, UserName, NormalizedUserName, CreatedAt, EmailConfirmed, PhoneNumberConfirmed, TwoFactorEnabled,
                LockoutEnabled, AccessFailedCount)
                VALUES (1, 'alice', 'ALICE', '2026-01-01', 0, 0, 0, 1, 0), (2, 'bob', 'BOB', '2026-01-01', 0, 0, 0, 1, 0);
            INSERT INTO Products (Id, Title, Price, Description, SellerId, CreatedAt, ClientId)
                VALUES (1, '자전거', 1, '', 1, '2026-01-01', '0b6e0000-0000-0000-0000-000000000000');
            INSERT INTO ChatRooms (Id, BuyerId, SellerId, ProductId, CreatedAt, UpdatedAt, Rev, BuyerReadUpTo, SellerReadUpTo,
                LastBuyerMessageId, LastSellerMessageId)
                VALUES (1, 2, 1, 1, '2026-01-01', '2026-01-01', 1, 0, 0, 1, 0);
            INSERT INTO Messages (Id, Payload, UserId, ChatRoomId, CreatedAt, ClientId, Rev)
                VALUES (1, '안녕하세요', 2, 1, '2026-01-01', '0b6e0000-0000-0000-0000-000000000000', 1);
            """);

        await older.Database.MigrateAsync();

        (await older.Messages.Select(m => m.User.UserName + " " + m.ChatRoom.Product.Title + " " + m.Payload).ToListAsync())
            .ShouldBe(["bob 자전거 안녕하세요"]);
        (await older.Products.Available().CountAsync()).ShouldBe(1);
        (await older.ChatRooms.CountAsync(r => r.ClosedAt == null)).ShouldBe(1);
    }

    [Fact]
    public async Task Text_that_was_there_before_it_was_normalized_is_found_and_names_have_skeletons()
    {
        await using var older = InMemory();
        await older.Database.OpenConnectionAsync();
        older.AddMigrationFunctions();
        await older.GetService<IMigrator>().MigrateAsync("MessageKinds");
        await older.Database.ExecuteSqlRawAsync("""
            INSERT INTO AspNetUsers (Id, UserName, NormalizedUserName, CreatedAt, EmailConfirmed, PhoneNumberConfirmed,
                TwoFactorEnabled, LockoutEnabled, AccessFailedCount)
                VALUES (1, 'Alice', 'ALICE', '2026-01-01', 0, 0, 0, 1, 0), (2, NULL, NULL, '2026-01-01', 0, 0, 0, 1, 0);
            INSERT INTO Products (Id, Title, Price, Description, SellerId, CreatedAt, ClientId)
                VALUES (1, '아이폰 １３', 1, '', 1, '2026-01-01', '0B6E0000-0000-0000-0000-000000000000');
            INSERT INTO ChatRooms (Id, BuyerId, SellerId, ProductId, CreatedAt, Rev) VALUES (1, 2, 1, 1, '2026-01-01', 1);
            INSERT INTO RoomMembers (ChatRoomId, UserId, Role, LastReadMessageId, LastIncomingMessageId, LastActivityAt, IsMuted)
                VALUES (1, 1, 1, 0, 1, '2026-01-01', 0), (1, 2, 0, 0, 0, '2026-01-01', 0);
            INSERT INTO Messages (Id, Payload, UserId, ChatRoomId, CreatedAt, ClientId, Rev)
                VALUES (1, '직 거래 되나요?', 2, 1, '2026-01-01', '0B6E0000-0000-0000-0000-000000000000', 1);
            """);

        await older.Database.MigrateAsync();

        (await older.Messages.Select(m => m.Payload + " " + m.SearchText).SingleAsync()).ShouldBe("직 거래 되나요? 직거래되나요?");
        (await older.Products.Select(p => p.SearchTitle).SingleAsync()).ShouldBe("아이폰13");
        (await older.Users.OrderBy(u => u.Id).Select(u => u.NameSkeleton).ToListAsync()).ShouldBe(["alice", null]);
        (await older.Engine.FindMessagesAsync(older, 1, ["직거래 되"], long.MaxValue, 9, default)).Ids.ShouldBe([1]);
    }

    [Fact]
    public async Task Photos_that_were_there_before_they_were_recorded_belong_to_who_uploaded_them()
    {
        await using var older = InMemory();
        await older.Database.OpenConnectionAsync();
        older.AddMigrationFunctions();
        await older.GetService<IMigrator>().MigrateAsync("SearchIndex");
        await older.Database.ExecuteSqlRawAsync("""
            INSERT INTO AspNetUsers (Id, UserName, NormalizedUserName, CreatedAt, Avatar, EmailConfirmed, PhoneNumberConfirmed,
                TwoFactorEnabled, LockoutEnabled, AccessFailedCount)
                VALUES (1, 'alice', 'ALICE', '2026-01-01', 'face.png', 0, 0, 0, 1, 0), (2, 'bob', 'BOB', '2026-01-01', NULL, 0, 0, 0, 1, 0);
            INSERT INTO Products (Id, Title, Price, Description, SellerId, CreatedAt, ClientId)
                VALUES (1, '자전거', 1, '', 1, '2026-01-01', '0B6E0000-0000-0000-0000-000000000000');
            INSERT INTO ProductPhotos (ProductId, Position, Name, Width, Height) VALUES (1, 0, 'bicycle.jpg', 800, 600);
            INSERT INTO ChatRooms (Id, BuyerId, SellerId, ProductId, CreatedAt, UpdatedAt, Rev, BuyerReadUpTo, SellerReadUpTo,
                LastBuyerMessageId, LastSellerMessageId)
                VALUES (1, 2, 1, 1, '2026-01-01', '2026-01-01', 1, 0, 0, 1, 0);
            """);
        await older.Database.ExecuteSqlAsync($"""
            INSERT INTO Messages (Id, Payload, UserId, ChatRoomId, CreatedAt, ClientId, Rev, Photos)
                VALUES (1, '', 2, 1, '2026-01-01', '0B6E0000-0000-0000-0000-000000000000', 1,
                    {MessagePhoto.Serialize([new("one.webp", 40, 30), new("two.webp", 50, 60)])})
            """);

        await older.Database.MigrateAsync();

        (await older.StoredPhotos.OrderBy(p => p.Name)
            .Select(p => $"{p.Name} {p.UserId} {p.Width} {p.Height} {p.IsStaged} {p.ChatRoomId} {p.Number}").ToListAsync())
            .ShouldBe(
                ["bicycle.jpg 1 800 600 False  ", "face.png 1 0 0 False  ", "one.webp 2 40 30 False 1 1", "two.webp 2 50 60 False 1 2"]);
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")] // FULL
    [InlineData("secure_delete", "1")]
    [InlineData("foreign_keys", "1")]
    public async Task A_commit_is_on_disk_and_references_hold(string pragma, string value) =>
        (await host.Data(db => db.ExecuteInTransactionAsync(
            async token =>
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
                command.CommandText = $"PRAGMA {pragma}";
                return $"{await command.ExecuteScalarAsync(token)}";
            },
            CancellationToken.None))).ShouldBe(value);

    [Theory]
    [InlineData("SELECT COUNT(*) FROM RoomMembers WHERE UserId = 1 AND LastIncomingMessageId > LastReadMessageId", "IX_RoomMembers_Unread")]
    [InlineData("SELECT * FROM RoomMembers WHERE UserId = 1 ORDER BY LastActivityAt DESC, ChatRoomId DESC LIMIT 21",
        "IX_RoomMembers_UserId_LastActivityAt_ChatRoomId")]
    [InlineData("SELECT * FROM Messages WHERE ChatRoomId = 1 AND Rev > 7 ORDER BY Rev LIMIT 101", "IX_Messages_ChatRoomId_Rev")]
    [InlineData("SELECT * FROM Products WHERE DelistedAt IS NULL ORDER BY Id DESC LIMIT 21", "IX_Products_Available")]
    [InlineData("SELECT * FROM Products WHERE DelistedAt IS NULL AND Id < 7 ORDER BY Id DESC LIMIT 21", "IX_Products_Available")]
    [InlineData("SELECT * FROM Messages WHERE ChatRoomId = 1 AND Id < 7 ORDER BY Id DESC LIMIT 41", "IX_Messages_ChatRoomId_Id")]
    public async Task What_is_asked_most_is_answered_from_its_index_without_sorting(string query, string index)
    {
        var plan = await host.Data(db => Explain(db, query));

        plan.ShouldContain(index);
        plan.ShouldNotContain("TEMP B-TREE");
    }

    // Uses the app's services, because Identity reads the schema version of its tables from them.
    private SqliteMarketDb InMemory() => new(
        new DbContextOptionsBuilder<SqliteMarketDb>().UseSqlite("Data Source=:memory:").UseApplicationServiceProvider(host.Services)
            .Options,
        new SqliteEngine());

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

    // Columns by table, sorted by name, because a migration adds columns at the end. Excludes the shadow tables of the search index, which
    // SQLite creates and the model does not describe.
    private static async Task<List<string>> Schema(MarketDb db) => await db.Database.SqlQueryRaw<string>("""
        WITH Tables AS (SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
            AND name NOT LIKE '\_\_EF%' ESCAPE '\' AND name NOT LIKE 'MessageIndex%')
        SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type || ' not null ' || c."notnull"
                || ' default ' || COALESCE(c.dflt_value, '-') || ' key ' || c.pk AS Value
            FROM Tables t JOIN pragma_table_info(t.name) c
        UNION ALL SELECT 'reference ' || t.name || '.' || r."from" || ' to ' || r."table" || '.' || r."to" || ' on delete ' || r.on_delete
            FROM Tables t JOIN pragma_foreign_key_list(t.name) r
        UNION ALL SELECT 'autoincrement ' || t.name FROM Tables t WHERE t.sql LIKE '%AUTOINCREMENT%'
        UNION ALL SELECT 'index ' || COALESCE(sql, name) FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'
        ORDER BY Value
        """).ToListAsync();
}
