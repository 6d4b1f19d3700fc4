namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Delivers changes for users to every instance of the app that serves the same database, this one included, and numbers them. Numbers rise
/// across instances and restarts. A change is numbered after its commit, so a query after the number v was read sees every change numbered
/// up to v.
/// </summary>
public interface IChangeWire
{
    /// <summary>Starts to listen, and then reads the newest number.</summary>
    /// <param name="received">Called with a user id and the number of the change, on any thread, for every change from now on.</param>
    /// <returns>The newest number: changes up to it may not have been received.</returns>
    Task<long> StartAsync(Action<int, long> received, CancellationToken cancellationToken);

    /// <summary>Numbers a change that is committed, and delivers it. Never waits for the delivery and never throws.</summary>
    void Publish(int userId);
}
