using Npgsql;

namespace MarketChat.Tests.Support;

/// <summary>
/// The databases of a test run on PostgreSQL. The environment variable <c>MARKETCHAT_TEST_POSTGRES</c> has the connection string of a
/// server on which the tests may create databases. EF Core caches one model a process, so a run has one engine: the project file runs the
/// tests on SQLite, and then, with <c>MARKETCHAT_TEST_ENGINE=Postgres</c>, on PostgreSQL.
/// </summary>
public static class TestPostgres
{
    private static readonly string? _server = Environment.GetEnvironmentVariable("MARKETCHAT_TEST_POSTGRES");
    private static readonly Lazy<string> _template = new(() => Task.Run(Migrate).GetAwaiter().GetResult());
    private static readonly Lock _cloning = new();
    private static int _lastNumber;

    public static bool IsUsed { get; } = Environment.GetEnvironmentVariable("MARKETCHAT_TEST_ENGINE") == "Postgres";

    /// <summary>Returns the connection string of a new database name, which does not exist yet.</summary>
    public static string NewDatabase() => new NpgsqlConnectionStringBuilder(_server)
    {
        Database = $"market_test_{Environment.ProcessId}_{Interlocked.Increment(ref _lastNumber)}",
        MaxPoolSize = 20,
    }.ToString();

    /// <summary>
    /// Creates the database as a copy of another, of one that the app has migrated if null, unless it exists, as after a restart.
    /// </summary>
    public static void Create(string connection, string? copied = null)
    {
        var template = copied is null ? _template.Value : NameOf(copied);
        lock (_cloning) // The server refuses to copy a template for two databases at once.
        {
            var name = NameOf(connection);
            if (Execute($"SELECT 1 FROM pg_database WHERE datname = '{name}'") is not null) return;
            Execute($"CREATE DATABASE {name} TEMPLATE {template}");
        }
    }

    public static void Drop(string connection) => Execute($"DROP DATABASE IF EXISTS {NameOf(connection)} WITH (FORCE)");

    private static string NameOf(string connection) => new NpgsqlConnectionStringBuilder(connection).Database!;

    private static object? Execute(string sql)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ToString());
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private static async Task<string> Migrate()
    {
        await using var host = new MarketHost { StartsWithoutDatabase = true, KeepsDatabase = true };
        await host.Data(db => Task.FromResult(db.Database));
        return NameOf(host.Database!);
    }
}
