namespace MarketChat.Infrastructure.Photos;

/// <param name="SavedAt">UTC.</param>
public sealed record PhotoStorageEntry(string Name, long Bytes, DateTime SavedAt);

/// <summary>Where the files of photos are kept: on disk, or elsewhere.</summary>
public interface IPhotoStorage
{
    /// <summary>Stores a file under a name that is new. It is there whole or not at all.</summary>
    Task SaveAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>A seekable stream, or null where there is no such file.</summary>
    Task<Stream?> OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Does nothing where there is no such file.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    IAsyncEnumerable<PhotoStorageEntry> ListAsync(CancellationToken cancellationToken);
}
