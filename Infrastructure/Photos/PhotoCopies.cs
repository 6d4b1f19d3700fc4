using MarketChat.Infrastructure.Data;

namespace MarketChat.Infrastructure.Photos;

/// <summary>A photo's file, opened for reading.</summary>
public sealed record OpenedPhoto(string File, Stream Content);

/// <summary>
/// Opens stored photos in a requested width. Photos stored by earlier versions have no smaller copies; these are created and stored on
/// first request, one photo at a time.
/// </summary>
public sealed class PhotoCopies(IPhotoStorage storage, PhotoProcessor processor, ILogger<PhotoCopies> logger) : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _semaphore = new(1, 1);

    /// <summary>
    /// Opens a photo in a width; null if the photo does not exist. If the photo is not wider than that, or cannot be made smaller, the
    /// photo itself is opened.
    /// </summary>
    /// <param name="width">One of <see cref="PhotoNames.SmallerWidths"/>, or null for the largest.</param>
    /// <exception cref="IOException">The app is too busy to create the copy now.</exception>
    public async Task<OpenedPhoto?> OpenAsync(string name, int? width, CancellationToken cancellationToken)
    {
        if (!PhotoNames.IsValid(name)) return null;
        if (width is not { } pixels) return await OpenFileAsync(name, cancellationToken);
        if (await OpenFileAsync(PhotoNames.CopyOf(name, pixels), cancellationToken) is { } copy) return copy;
        if (await OpenFileAsync(name, cancellationToken) is not { } largest) return null;
        if (!await TryCreateAsync(name, pixels, largest.Content, cancellationToken))
        {
            largest.Content.Position = 0;
            return largest;
        }

        await largest.Content.DisposeAsync();
        return await OpenFileAsync(PhotoNames.CopyOf(name, pixels), cancellationToken);
    }

    public void Dispose() => _semaphore.Dispose();

    private async Task<OpenedPhoto?> OpenFileAsync(string file, CancellationToken cancellationToken) =>
        await storage.OpenAsync(file, cancellationToken) is { } content ? new OpenedPhoto(file, content) : null;

    /// <returns>Whether the copy exists now.</returns>
    private async Task<bool> TryCreateAsync(string name, int width, Stream largest, CancellationToken cancellationToken)
    {
        try
        {
            return processor.ReadSize(largest).Width > width && await CreateAsync(name, width, largest, cancellationToken);
        }
        catch (PhotoRejectedException exception) when (exception.Reason is PhotoRejection.Busy or PhotoRejection.TooSlow)
        {
            throw new IOException("The app is too busy to create a smaller copy of a photo.", exception);
        }
        catch (PhotoRejectedException exception)
        {
            logger.LogWarning("Creating a smaller copy of a stored photo failed: {Reason}", exception.Reason);
            return false;
        }
    }

    private async Task<bool> CreateAsync(string name, int width, Stream largest, CancellationToken cancellationToken)
    {
        if (!await _semaphore.WaitAsync(_timeout, cancellationToken)) throw new PhotoRejectedException(PhotoRejection.Busy);
        try
        {
            if (await OpenFileAsync(PhotoNames.CopyOf(name, width), cancellationToken) is { } existing)
            {
                await existing.Content.DisposeAsync(); // A concurrent request has created it.
                return true;
            }

            var photo = await processor.ProcessAsync(largest, 0, cancellationToken);
            foreach (var copy in photo.Smaller)
            {
                await storage.SaveAsync(PhotoNames.CopyOf(name, copy.Width), copy.Content, cancellationToken);
            }

            return photo.Smaller.Any(copy => copy.Width == width);
        }
        finally
        {
            _semaphore.Release();
        }
    }
}
