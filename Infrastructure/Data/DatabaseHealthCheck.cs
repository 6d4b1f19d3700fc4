using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Reports whether the database accepts writes, which fails if the disk is full, the file is read-only or a writer is stuck. The endpoint
/// is public, so a result is cached for two seconds.
/// </summary>
public sealed class DatabaseHealthCheck(IServiceScopeFactory scopes, TimeProvider time) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private HealthCheckResult _latest;
    private long? _probedAt;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_probedAt is { } probedAt && time.GetElapsedTime(probedAt) < CacheDuration) return _latest;
            _latest = await ProbeAsync(cancellationToken);
            _probedAt = time.GetTimestamp();
            return _latest;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
            await db.Engine.ProbeWriteAsync(db, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The message only, because stack traces would fill the log.
            return HealthCheckResult.Unhealthy($"The database does not accept writes: {exception.GetBaseException().Message}");
        }
    }
}
