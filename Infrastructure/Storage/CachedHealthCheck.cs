using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// Base class of health checks that try a write. The endpoint is public, so a result is cached for two seconds.
/// </summary>
/// <param name="failure">What does not work if the probe fails, for the operator: "The database does not accept writes".</param>
public abstract class CachedHealthCheck(TimeProvider time, string failure) : IHealthCheck, IDisposable
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
            _latest = await GetResultAsync(cancellationToken);
            _probedAt = time.GetTimestamp();
            return _latest;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes as the app does; throws if that fails.</summary>
    protected abstract Task ProbeAsync(CancellationToken cancellationToken);

    private async Task<HealthCheckResult> GetResultAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ProbeAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The message only, because stack traces would fill the log.
            return HealthCheckResult.Unhealthy($"{failure}: {exception.GetBaseException().Message}");
        }
    }
}
