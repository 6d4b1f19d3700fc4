using System.Data;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Data;

/// <summary>
/// The connection of a pooled context stays open between requests, carries no state from one request to the next, and closes with the app.
/// </summary>
[Trait("Category", "Sqlite")]
public sealed class KeepOpenConnectionInterceptorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("market-connection-").FullName;

    [Fact]
    public async Task The_connection_stays_open_from_one_request_to_the_next()
    {
        await using var app = Start("market.db");

        var first = await InRequest(app, async db =>
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TEMP TABLE Mark (Value)"); // A temporary table exists as long as the connection.
            return db.Database.GetDbConnection();
        });
        first.State.ShouldBe(ConnectionState.Open);

        await InRequest(app, async db =>
        {
            db.Database.GetDbConnection().ShouldBeSameAs(first);
            return await db.Database.ExecuteSqlRawAsync("INSERT INTO Mark VALUES (1)");
        });
    }

    [Fact]
    public async Task A_transaction_that_a_request_left_open_is_undone_before_the_next()
    {
        await using var app = Start("market.db");
        await InRequest(app, db => db.Database.ExecuteSqlRawAsync("CREATE TABLE Kept (Value)"));

        await InRequest(app, async db =>
        {
            await db.Database.BeginTransactionAsync();
            return await db.Database.ExecuteSqlRawAsync("INSERT INTO Kept VALUES (1)");
        });

        await InRequest(app, async db =>
        {
            db.Database.CurrentTransaction.ShouldBeNull();
            (await db.Database.SqlQueryRaw<int>("SELECT COUNT(*) AS Value FROM Kept").SingleAsync()).ShouldBe(0);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlRawAsync("INSERT INTO Kept VALUES (2)");
            await transaction.CommitAsync();
            return true;
        });
    }

    [Fact]
    public async Task When_the_app_stops_the_connection_closes_and_the_log_is_gone()
    {
        var app = Start("market.db");
        var connection = await InRequest(app, async db =>
        {
            await db.EnableWalAsync(default);
            await db.Database.ExecuteSqlRawAsync("CREATE TABLE Kept (Value)");
            return db.Database.GetDbConnection();
        });
        File.Exists(PathTo("market.db-wal")).ShouldBeTrue();

        await app.DisposeAsync();

        connection.State.ShouldBe(ConnectionState.Closed);
        File.Exists(PathTo("market.db-wal")).ShouldBeFalse(); // SQLite removes it when the last connection closes.
    }

    [Fact]
    public async Task A_connection_that_could_not_be_configured_is_closed_again()
    {
        await File.WriteAllTextAsync(PathTo("broken.db"), new string('x', 4096));
        await using var app = Start("broken.db");

        await InRequest(app, async db =>
        {
            await Should.ThrowAsync<SqliteException>(() => db.Database.OpenConnectionAsync());
            db.Database.GetDbConnection().State.ShouldBe(ConnectionState.Closed);
            Should.Throw<SqliteException>(db.Database.OpenConnection);
            db.Database.GetDbConnection().State.ShouldBe(ConnectionState.Closed);
            return true;
        });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ServiceProvider Start(string file) => new ServiceCollection()
        .AddSingleton<SqliteEngine>()
        .AddSingleton<KeepOpenConnectionInterceptor>()
        .AddDbContextPool<MarketDb, SqliteMarketDb>((provider, options) => options
            .UseSqlite(SqliteDatabase.ConnectionString(PathTo(file)))
            .AddInterceptors(provider.GetRequiredService<KeepOpenConnectionInterceptor>()))
        .BuildServiceProvider();

    private string PathTo(string file) => Path.Combine(_folder, file);

    private static async Task<T> InRequest<T>(ServiceProvider app, Func<MarketDb, Task<T>> use)
    {
        await using var scope = app.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<MarketDb>());
    }
}
