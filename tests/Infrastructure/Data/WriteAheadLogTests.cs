using MarketChat.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Infrastructure.Data;

[Trait("Category", "Sqlite")]
public sealed class WriteAheadLogTests
{
    private const int Limit = 16 * 1024 * 1024;

    [Fact]
    public async Task The_log_shrinks_after_a_long_reader_kept_it_from_being_reused()
    {
        await using var host = new MarketHost();
        await Execute(host, "CREATE TABLE Filling (Content BLOB)");
        var log = new FileInfo(Path.Combine(host.StorageRoot, "market.db-wal"));
        using (var reader = new SqliteConnection($"Data Source={Path.Combine(host.StorageRoot, "market.db")};Pooling=False"))
        {
            await reader.OpenAsync();
            using var reading = reader.BeginTransaction(deferred: true);
            using var look = reader.CreateCommand();
            (look.Transaction, look.CommandText) = (reading, "SELECT COUNT(*) FROM Filling");
            await look.ExecuteScalarAsync();
            for (var i = 0; i < 24; i++) await Execute(host, "INSERT INTO Filling VALUES (zeroblob(1000000))");
            log.Refresh();
            log.Length.ShouldBeGreaterThan(Limit);
        }

        // The first write copies the whole log into the database, the next one starts it again.
        for (var i = 0; i < 3; i++) await Execute(host, "INSERT INTO Filling VALUES ('x')");

        log.Refresh();
        log.Length.ShouldBeLessThanOrEqualTo(Limit);
    }

    private static Task<int> Execute(MarketHost host, string sql) => host.Data(db => db.Database.ExecuteSqlRawAsync(sql));
}
