namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// Keeps a second process away from the same storage: writers take turns, and bells ring, within one process. The system drops the
/// lock with the process, however that ends.
/// </summary>
public sealed class StorageLock(StoragePaths root) : IDisposable
{
    private FileStream? _file;

    /// <exception cref="OperatorException">Another process has it.</exception>
    public void AcquireOrThrow()
    {
        try
        {
            _file ??= new FileStream(root.PathTo("market.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new OperatorException(
                $"Another MarketChat is running on {root.PathTo("")}. Stop it first, or give this one a storage of its own (Storage:Root).",
                exception);
        }
    }

    public void Dispose() => _file?.Dispose();
}
