using System.Data.Common;
using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Bench;

/// <summary>Workload 10: concurrent searches of users with much data, for common, rare and absent terms.</summary>
public static class SearchBenchmark
{
    private const int Concurrency = 4;

    private static readonly (string What, int UserId)[] _users =
        [("one room of a million", Dataset.Reader), ("10,000 rooms", Dataset.TenThousandRooms)];

    private static readonly (string What, string Text)[] _searches =
    [
        ("common", "있을까요"), ("common, two words", "안녕하세요 저녁에"), ("rare", "9999번째"), ("nowhere", "없는말이에요"),
        ("two characters, common", "저녁"), ("two characters, nowhere", "없음"), ("a product's title", "자전거 77호"),
    ];

    public static async Task AddAsync(Options options, Report report, ServerProcess app, BenchUsers users, string storage)
    {
        foreach (var (who, userId) in _users)
        {
            var targets = _searches.Select(search => Target.Same(search.What, app, Concurrency,
                HttpConnection.Get($"/chat/search?q={Uri.EscapeDataString(search.Text)}", users.CookieOf(userId)))).ToArray();
            foreach (var (search, m) in _searches.Zip(await Load.InTurnAsync(options, targets)))
            {
                report.Add(new("10", $"search, {who}, {search.What}", m, "", "p99 under 100 ms", m.P99 < 100 && m.Errors == 0));
            }
        }

        foreach (var plan in await PlansAsync(storage))
        {
            report.Add(new("10", "query plan", null, plan, "no sort", !plan.Contains("TEMP B-TREE", StringComparison.Ordinal)));
        }
    }

    /// <summary>Returns SQLite's query plans for the statements that find messages, each on one line.</summary>
    private static async Task<List<string>> PlansAsync(string storage)
    {
        var interceptor = new QueryPlanInterceptor();
        var options = new DbContextOptionsBuilder<SqliteMarketDb>()
            .UseSqlite(SqliteDatabase.ConnectionString(Path.Combine(storage, "market.db")))
            .AddInterceptors(interceptor).Options;
        await using var db = new SqliteMarketDb(options, new SqliteEngine());
        await db.Database.OpenConnectionAsync();
        await db.Engine.FindMessagesAsync(db, Dataset.Reader, ["저녁"], long.MaxValue, 20, CancellationToken.None);
        return interceptor.Plans;
    }

    private sealed class QueryPlanInterceptor : DbCommandInterceptor
    {
        public List<string> Plans { get; } = [];

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken =
                default)
        {
            await using var explain = command.Connection!.CreateCommand();
            explain.CommandText = $"EXPLAIN QUERY PLAN {command.CommandText}";
            foreach (DbParameter parameter in command.Parameters)
            {
                var copy = explain.CreateParameter();
                (copy.ParameterName, copy.Value) = (parameter.ParameterName, parameter.Value);
                explain.Parameters.Add(copy);
            }

            await using var reader = await explain.ExecuteReaderAsync(cancellationToken);
            var steps = new List<string>();
            while (await reader.ReadAsync(cancellationToken))
            {
                steps.Add(Convert.ToString(reader.GetValue(3), CultureInfo.InvariantCulture)!);
            }

            Plans.Add(string.Join("; ", steps));
            return result;
        }
    }
}
