using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketChat.Bench;

/// <summary>
/// The limit to compare with: Kestrel with the same cookie authentication and keys, and nothing else. <c>/poll</c> responds as the idle
/// poll does; <c>/insert</c> runs one durable SQLite insert with one commit per request (WAL, synchronous FULL); <c>/</c> responds once the
/// server is up.
/// </summary>
public static class BareServer
{
    public const string Argument = "bare";

    public static async Task RunAsync(string storage, string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrelServer();
        builder.Services.AddDataProtection().SetApplicationName("MarketChat")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(storage, "keys")));
        builder.Services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme, options => options.Cookie.Name = BenchUsers.CookieName);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        using var inserts = new Inserts(Path.Combine(storage, "bare.db"));
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/", () => "up");
        app.MapGet("/poll", (ClaimsPrincipal user) => IdOf(user) > 0 ? Results.NoContent() : Results.NotFound()).RequireAuthorization();
        app.MapPost("/insert", (ClaimsPrincipal user) => Results.Json(new { id = inserts.Add(IdOf(user)) })).RequireAuthorization();
        await app.RunAsync();
    }

    private static void ConfigureKestrelServer(this IWebHostBuilder web) => web.ConfigureKestrel(server => server.AddServerHeader = false);

    private static int IdOf(ClaimsPrincipal user) =>
        int.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);

    private sealed class Inserts : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _insert;

        public Inserts(string file)
        {
            _connection = new SqliteConnection($"Data Source={file}");
            _connection.Open();
            Run("""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                CREATE TABLE IF NOT EXISTS Messages (Id INTEGER PRIMARY KEY AUTOINCREMENT, UserId INTEGER, Payload TEXT, CreatedAt TEXT)
                """);
            _insert = _connection.CreateCommand();
            _insert.CommandText = """
                INSERT INTO Messages (UserId, Payload, CreatedAt)
                VALUES ($user, '안녕하세요! 아직 있나요?', '2026-01-01 00:00:00.000') RETURNING Id
                """;
            _insert.Parameters.Add("$user", SqliteType.Integer);
            _insert.Prepare();
        }

        public long Add(int user)
        {
            lock (_lock)
            {
                _insert.Parameters[0].Value = user;
                return (long)_insert.ExecuteScalar()!;
            }
        }

        public void Dispose() => _connection.Dispose();

        private void Run(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
