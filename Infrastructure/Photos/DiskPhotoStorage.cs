using System.Runtime.CompilerServices;
using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Photos;

/// <summary>Stores photos as files in the folder <c>photos/</c> of the storage.</summary>
public sealed class DiskPhotoStorage(StoragePaths paths) : IPhotoStorage
{
    private readonly string _folder = paths.Folder("photos");

    // Writes to a temporary file and renames it. A rename within a folder is atomic, so a crash never leaves a partial photo under a name
    // that is served.
    public async Task SaveAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var temporary = $"{PathOf(name)}.{Path.GetRandomFileName()}.part";
        try
        {
            await using (var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await target.WriteAsync(content, cancellationToken);
                target.Flush(flushToDisk: true);
            }

            File.Move(temporary, PathOf(name), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
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

    // Names come from the database or have passed PhotoNames.IsValid; the check is defence in depth against path traversal.
    private string PathOf(string name) =>
        Path.GetFileName(name) == name
            ? Path.Combine(_folder, name)
            : throw new ArgumentException("The name of a photo must not contain a path.", nameof(name));
}
