using MarketChat.Infrastructure.Data.Sqlite;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Healthy when the database takes a write, which a full disk, a read-only file and a stuck writer do not let it. Anyone may ask, so
/// an answer stands for two seconds.
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
            if (_probedAt is { } asked && time.GetElapsedTime(asked) < CacheDuration) return _latest;
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
            await scope.ServiceProvider.GetRequiredService<MarketDb>().ProbeWriteAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Without its trace, which would fill the log.
            return HealthCheckResult.Unhealthy($"The database takes no write: {exception.GetBaseException().Message}");
        }
    }
}
