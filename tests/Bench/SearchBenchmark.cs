using System.Data.Common;
using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MarketChat.Bench;

/// <summary>Workload 10: people with much to search search at the same time, for what is common, rare and nowhere.</summary>
public static class SearchBenchmark
{
    private const int AtOnce = 4;

    private static readonly (string What, int Person)[] _people =
        [("one room of a million", Dataset.Reader), ("10,000 rooms", Dataset.TenThousandRooms)];

    private static readonly (string What, string Words)[] _words =
    [
        ("common", "있을까요"), ("common, two words", "안녕하세요 저녁에"), ("rare", "9999번째"), ("nowhere", "없는말이에요"),
        ("two characters, common", "저녁"), ("two characters, nowhere", "없음"), ("a product's title", "자전거 77호"),
    ];

    public static async Task AddAsync(Options options, Report report, ServerProcess app, BenchUsers people, string storage)
    {
        foreach (var (who, person) in _people)
        {
            var sides = _words.Select(words => Target.Same(words.What, app, AtOnce,
                HttpConnection.Get($"/chat/search?q={Uri.EscapeDataString(words.Words)}", people.CookieOf(person)))).ToArray();
            foreach (var (words, m) in _words.Zip(await Load.InTurnAsync(options, sides)))
            {
                report.Add(new("10", $"search, {who}, {words.What}", m, "", "p99 under 100 ms", m.P99 < 100 && m.Errors == 0));
            }
        }

        foreach (var plan in await PlansAsync(storage))
        {
            report.Add(new("10", "its plan", null, plan, "nothing is sorted", !plan.Contains("TEMP B-TREE", StringComparison.Ordinal)));
        }
    }

    /// <summary>How SQLite goes about the statements that find messages, each on one line.</summary>
    private static async Task<List<string>> PlansAsync(string storage)
    {
        var watch = new Watch();
        var options = new DbContextOptionsBuilder<MarketDb>().UseSqlite(SqliteDatabase.ConnectionString(Path.Combine(storage, "market.db")))
            .AddInterceptors(watch).Options;
        await using var db = new MarketDb(options, new WriteLock());
        await db.Database.OpenConnectionAsync();
        await db.FindMessagesAsync(Dataset.Reader, ["저녁"], long.MaxValue, 20, CancellationToken.None);
        return watch.Plans;
    }

    private sealed class Watch : DbCommandInterceptor
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
                var same = explain.CreateParameter();
                (same.ParameterName, same.Value) = (parameter.ParameterName, parameter.Value);
                explain.Parameters.Add(same);
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
