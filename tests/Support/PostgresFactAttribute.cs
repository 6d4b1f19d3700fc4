namespace MarketChat.Tests.Support;

/// <summary>A test for what only PostgreSQL has: several instances of the app. It belongs to the run on PostgreSQL.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!TestPostgres.IsUsed) Skip = "Runs on PostgreSQL.";
    }
}
