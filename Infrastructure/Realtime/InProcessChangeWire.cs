using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// The change wire for an app that is one process: a counter in memory. It starts above all numbers of earlier runs, because its high bits
/// are an epoch that is kept in the database and raised at each start.
/// </summary>
public sealed class InProcessChangeWire(IServiceScopeFactory scopes, TimeProvider time) : IChangeWire
{
    // The epoch counts minutes, so 24 bits last 31 years; 24 + 29 bits are an exact integer in JavaScript.
    private const int CounterBits = 29;

    private long _newest;
    private IChangeReceiver? _receiver;

    public async Task StartAsync(IChangeReceiver receiver, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
        _newest = await db.RaiseChangeEpochAsync(time.GetUtcNow(), cancellationToken) << CounterBits;
        receiver.Listening(_newest);
        _receiver = receiver;
    }

    public void Publish(int userId) => _receiver?.Received(userId, Interlocked.Increment(ref _newest));
}
