using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data.Sqlite;

/// <summary>The context for SQLite. It is a type of its own because each engine has its own migrations.</summary>
public sealed class SqliteMarketDb(DbContextOptions<SqliteMarketDb> options, SqliteEngine engine) : MarketDb(options, engine);
