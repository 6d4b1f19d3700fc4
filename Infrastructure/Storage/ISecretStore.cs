namespace MarketChat.Infrastructure.Storage;

/// <summary>Keeps the app's own secrets where every instance and every restart finds the same: in files, or in a shared database.</summary>
public interface ISecretStore
{
    /// <summary>
    /// Returns a secret. If there is none, stores the created one; of instances that do so at once, all get the first one's.
    /// </summary>
    string GetOrAdd(string name, Func<string> create);
}
