using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// Healthy when the database takes a write, which a full disk, a read-only file and a stuck writer do not let it. Anyone may ask, so
/// an answer stands for two seconds.
/// </summary>
public sealed class DatabaseHealth(IServiceScopeFactory scopes, TimeProvider time) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan _goodFor = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private HealthCheckResult _latest;
    private long? _asked;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_asked is { } asked && time.GetElapsedTime(asked) < _goodFor) return _latest;
            _latest = await LookAsync(cancellationToken);
            _asked = time.GetTimestamp();
            return _latest;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<HealthCheckResult> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<MarketDb>().TryToWriteAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Without its trace, which would fill the log.
            return HealthCheckResult.Unhealthy($"The database takes no write: {exception.GetBaseException().Message}");
        }
    }
}
