namespace MarketChat.Infrastructure.Photos;

/// <summary>A stored file.</summary>
/// <param name="SavedAt">When the file was saved, in UTC.</param>
public sealed record PhotoStorageEntry(string Name, long Bytes, DateTime SavedAt);

/// <summary>Stores the files of photos, on disk or elsewhere.</summary>
public interface IPhotoStorage
{
    /// <summary>Stores a file under a new name. The operation is atomic: the file is stored completely or not at all.</summary>
    Task SaveAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Opens a file as a seekable stream; null if the file does not exist.</summary>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Deletes a file; does nothing if it does not exist.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lists all files.</summary>
    IAsyncEnumerable<PhotoStorageEntry> ListAsync(CancellationToken cancellationToken);
}
