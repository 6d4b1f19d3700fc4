namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Delivers changes for users to every instance of the app that serves the same database, this one included, and numbers them. Numbers rise
/// across instances and restarts. A change is numbered after its commit, so a query after the number v was read sees every change numbered
/// up to v.
/// </summary>
public interface IChangeWire
{
    /// <summary>Starts to deliver. The wire calls <see cref="IChangeReceiver.Listening"/> before the task completes.</summary>
    Task StartAsync(IChangeReceiver receiver, CancellationToken cancellationToken);

    /// <summary>Numbers a change that is committed, and delivers it. Never waits for the delivery and never throws.</summary>
    void Publish(int userId);
}

/// <summary>Receives what an <see cref="IChangeWire"/> delivers. The methods are called on any thread, and return at once.</summary>
public interface IChangeReceiver
{
    /// <summary>The wire delivers every change from now on, but may have missed changes numbered up to this number.</summary>
    void Listening(long newest);

    /// <summary>The wire delivers nothing until it calls <see cref="Listening"/>.</summary>
    void Interrupted();

    /// <summary>Something changed for a user.</summary>
    void Received(int userId, long number);
}
