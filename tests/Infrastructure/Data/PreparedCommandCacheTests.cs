using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using static SQLitePCL.raw;

namespace MarketChat.Tests.Infrastructure.Data;

/// <summary>Compiled SQLite statements are reused, and reuse has no visible effect on the queries.</summary>
[Trait("Category", "Sqlite")]
public sealed class PreparedCommandCacheTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task What_was_asked_before_is_not_compiled_again()
    {
        using var own = new MarketHost(); // Another test may have filled the shared host's cache.
        await own.Data(async db =>
        {
            await NamesFrom(db, 0).ToListAsync();
            var once = Compiled(db);

            await NamesFrom(db, 1).ToListAsync();
            await NamesFrom(db, 2).ToListAsync();
            Compiled(db).ShouldBe(once);

            await NamesFrom(db, 3).FirstOrDefaultAsync(); // LIMIT makes it another SQL text.
            Compiled(db).ShouldBeGreaterThan(once);
            return true;
        });
    }

    [Fact]
    public async Task Each_asks_with_values_of_its_own_even_while_the_same_is_still_being_read()
    {
        var (one, other) = (await host.AddUser("kim"), await host.AddUser("lee"));
        await host.Data(async db =>
        {
            await foreach (var name in Name(db, one.Id))
            {
                name.ShouldBe(one.UserName);
                (await Name(db, other.Id).FirstAsync()).ShouldBe(other.UserName);
            }

            (await Name(db, other.Id).ToListAsync()).ShouldBe([other.UserName]);
            (await Name(db, -1).ToListAsync()).ShouldBeEmpty();
            return true;
        });

        static IAsyncEnumerable<string?> Name(MarketDb db, int id) =>
            db.Users.Where(u => u.Id == id).Select(u => u.UserName).AsAsyncEnumerable();
    }

    [Fact]
    public async Task What_failed_and_what_was_undone_work_the_next_time()
    {
        var talk = await Conversation.Create(host);
        await host.Data(async db =>
        {
            var taken = (await db.Users.FirstAsync(u => u.Id == talk.Buyer.Id)).NormalizedUserName;
            await Should.ThrowAsync<SqliteException>(() => Rename(talk.Seller.Id, taken!));

            await using (await db.Database.BeginTransactionAsync())
            {
                await Rename(talk.Seller.Id, "UNDONE");
                (await db.Users.CountAsync(u => u.NormalizedUserName == "UNDONE")).ShouldBe(1);
            }

            (await db.Users.CountAsync(u => u.NormalizedUserName == "UNDONE")).ShouldBe(0);
            await Rename(talk.Seller.Id, "DONE");
            (await db.Users.CountAsync(u => u.NormalizedUserName == "DONE")).ShouldBe(1);
            return true;

            Task<int> Rename(int id, string name) =>
                db.Database.ExecuteSqlAsync($"""UPDATE "AspNetUsers" SET "NormalizedUserName" = {name} WHERE "Id" = {id}""");
        });
    }

    [Fact]
    public async Task Texts_that_differ_every_time_do_not_pile_up() => await host.Data(async db =>
    {
        var users = NamesFrom(db, 0);
        for (var i = 0; i < 150; i++) await (users = users.Where(name => name != "")).ToListAsync();
        var after150 = Compiled(db);
        for (var i = 0; i < 50; i++) await (users = users.Where(name => name != "")).ToListAsync();

        Compiled(db).ShouldBe(after150);
        return true;
    });

    [Fact]
    public async Task When_the_connection_closes_nothing_is_left_of_it()
    {
        var file = Path.Combine(host.StorageRoot, "other.db");
        await host.Data(async db =>
        {
            await using var other = db.OpenFile(file);
            other.AddMigrationFunctions();
            await other.Database.MigrateAsync();
            await other.EnableWalAsync(default);
            await NamesFrom(other, 0).ToListAsync();
            await NamesFrom(other, 1).ToListAsync();
            Compiled(other).ShouldBeGreaterThan(0);
            return true;
        });

        // SQLite deletes the WAL with the last connection, unless the connection still has an open statement.
        File.Exists(file).ShouldBeTrue();
        File.Exists($"{file}-wal").ShouldBeFalse();
    }

    private static IQueryable<string?> NamesFrom(MarketDb db, int from) =>
        db.Users.Where(u => u.Id >= from).OrderBy(u => u.Id).Select(u => u.UserName);

    /// <summary>The memory that the connection's compiled statements use, in bytes.</summary>
    private static int Compiled(MarketDb db)
    {
        sqlite3_db_status(((SqliteConnection)db.Database.GetDbConnection()).Handle!, SQLITE_DBSTATUS_STMT_USED, out var bytes, out _, 0);
        return bytes;
    }
}
