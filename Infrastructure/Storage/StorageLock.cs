namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// Exclusive locks on the storage folder (the file <c>market.lock</c>) and on the database, which may be elsewhere (a file of its name with
/// the extension <c>.lock</c> beside it). Only one process may use either, because the write lock and the change notifications work within
/// one
/// process. The operating system releases the locks when the process ends, even after a crash.
/// </summary>
public sealed class StorageLock(StoragePaths paths) : IDisposable
{
    private readonly List<FileStream> _files = [];

    /// <summary>Acquires the locks.</summary>
    /// <param name="databaseFile">The path of the database file.</param>
    /// <exception cref="OperatorException">Another process holds one of the locks.</exception>
    public void AcquireOrThrow(string databaseFile)
    {
        if (_files.Count > 0) return;
        Acquire(
            paths.PathTo("market.lock"),
            $"Another MarketChat is running on the storage {paths.PathTo("")}. Stop it, or set Storage:Root to another folder.");
        var databaseLock = Path.ChangeExtension(databaseFile, ".lock");
        if (databaseLock == Path.GetFullPath(paths.PathTo("market.lock"))) return;
        Acquire(
            databaseLock,
            $"Another MarketChat is running on the database {databaseFile}. Stop it, or set ConnectionStrings:Market to another file.");
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void Acquire(string file, string refusal)
    {
        try
        {
            _files.Add(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new OperatorException(refusal, exception);
        }
    }
}
