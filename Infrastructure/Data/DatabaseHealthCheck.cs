using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Reports whether the database accepts writes, which fails if the disk is full, the file is read-only or a writer is stuck.
/// </summary>
public sealed class DatabaseHealthCheck(IServiceScopeFactory scopes, TimeProvider time)
    : CachedHealthCheck(time, "The database does not accept writes")
{
    protected override async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
        await db.Engine.ProbeWriteAsync(db, cancellationToken);
    }
}
