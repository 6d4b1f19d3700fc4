namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// An exclusive lock on the storage folder, the file <c>market.lock</c>. Only one process may use a storage, because the write lock and the
/// change notifications work within one process. The operating system releases the lock when the process ends, even after a crash.
/// </summary>
public sealed class StorageLock(StoragePaths paths) : IDisposable
{
    private FileStream? _file;

    /// <summary>Acquires the lock.</summary>
    /// <exception cref="OperatorException">Another process holds the lock.</exception>
    public void AcquireOrThrow()
    {
        try
        {
            _file ??= new FileStream(paths.PathTo("market.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new OperatorException(
                $"Another MarketChat is running on the storage {paths.PathTo("")}. Stop it, or set Storage:Root to another folder.",
                exception);
        }
    }

    public void Dispose() => _file?.Dispose();
}
