using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace MarketChat.Tests.Support;

/// <summary>The complete content of a host's database as text. Two snapshots are equal if nothing changed between them.</summary>
public static class DatabaseSnapshot
{
    public static string Of(MarketHost host)
    {
        using DbConnection connection = host.Database is { } database
            ? new NpgsqlConnection($"{database};Pooling=False")
            : new SqliteConnection($"Data Source={Path.Combine(host.StorageRoot, "market.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var dump = new StringBuilder();
        var tables = host.Database is null
            ? "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
            : "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
        foreach (var table in Rows(connection, tables))
        {
            dump.AppendLine($"== {table}").AppendJoin('\n', Rows(connection, $"SELECT * FROM \"{table}\"")).AppendLine();
        }

        return dump.ToString();
    }

    private static List<string> Rows(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        var values = new object[reader.FieldCount];
        while (reader.Read())
        {
            reader.GetValues(values);
            rows.Add(string.Join('|', values));
        }

        return rows;
    }
}
