namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Carries the news that something changed for a user to every instance of the app that serves the same database, this one included, and
/// gives each change its number. Numbers rise across instances and restarts. A change is numbered after its commit, so whoever holds the
/// number v and queries the database sees every change that got a number up to v.
/// </summary>
public interface IChangeWire
{
    /// <summary>Begins to listen, and then reads the newest number.</summary>
    /// <param name="received">Is called with a user id and the number of the change, on any thread, for every change from now on.</param>
    /// <returns>The newest number: changes up to it may not have been received.</returns>
    Task<long> StartAsync(Action<int, long> received, CancellationToken cancellationToken);

    /// <summary>Numbers a change that is committed, and delivers it. Never waits for the delivery and never throws.</summary>
    void Publish(int userId);
}
