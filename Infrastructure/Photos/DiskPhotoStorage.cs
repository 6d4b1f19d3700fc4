using System.Runtime.CompilerServices;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Photos;

/// <summary>Keeps photos as files in the folder <c>photos/</c> of the storage.</summary>
public sealed class DiskPhotoStorage(StoragePaths root) : IPhotoStorage
{
    private readonly string _folder = root.Folder("photos");

    // A move within a folder happens or does not, so a crash leaves no half photo under a name that is served.
    public async Task SaveAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var unfinished = $"{PathOf(name)}.{Path.GetRandomFileName()}.part";
        try
        {
            await using (var target = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                await target.WriteAsync(content, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(unfinished, PathOf(name), overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    public Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(
                PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous));
        }
        catch (FileNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        File.Delete(PathOf(name));
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<PhotoStorageEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new PhotoStorageEntry(file.Name, file.Exists ? file.Length : 0, file.LastWriteTimeUtc);
        }
    }

    // Names come from the app's own rows, or are checked by PhotoNames first; none of these leads elsewhere.
    private string PathOf(string name) =>
        Path.GetFileName(name) == name ? Path.Combine(_folder, name) : throw new ArgumentException("A name is no path.", nameof(name));
}
