using MarketChat.Infrastructure.Data;

namespace MarketChat.Infrastructure.Photos;

/// <summary>A photo's file, open for reading.</summary>
public sealed record OpenedPhoto(string File, Stream Content);

/// <summary>
/// Opens stored photos in the width that is asked for. Photos of former versions have no smaller copies: these are made when first asked
/// for, one photo at a time, and stored.
/// </summary>
public sealed class PhotoCopies(IPhotoStorage storage, PhotoProcessor processor, ILogger<PhotoCopies> logger) : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>
    /// Null where there is no such photo. The photo itself where it is not wider than that, or where it cannot be made smaller.
    /// </summary>
    /// <param name="width">One of <see cref="PhotoNames.SmallerWidths"/>, or null for the largest.</param>
    /// <exception cref="IOException">The app has too much to do to make the copy now.</exception>
    public async Task<OpenedPhoto?> OpenAsync(string name, int? width, CancellationToken cancellationToken)
    {
        if (!PhotoNames.IsValid(name)) return null;
        if (width is not { } pixels) return await OpenFileAsync(name, cancellationToken);
        if (await OpenFileAsync(PhotoNames.CopyOf(name, pixels), cancellationToken) is { } copy) return copy;
        if (await OpenFileAsync(name, cancellationToken) is not { } largest) return null;
        if (!await TryMakeAsync(name, pixels, largest.Content, cancellationToken))
        {
            largest.Content.Position = 0;
            return largest;
        }

        await largest.Content.DisposeAsync();
        return await OpenFileAsync(PhotoNames.CopyOf(name, pixels), cancellationToken);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<OpenedPhoto?> OpenFileAsync(string file, CancellationToken cancellationToken) =>
        await storage.OpenAsync(file, cancellationToken) is { } content ? new OpenedPhoto(file, content) : null;

    /// <returns>Whether the copy is there now.</returns>
    private async Task<bool> TryMakeAsync(string name, int width, Stream largest, CancellationToken cancellationToken)
    {
        try
        {
            return processor.ReadSize(largest).Width > width && await MakeAsync(name, width, largest, cancellationToken);
        }
        catch (PhotoRejectedException exception) when (exception.Reason is PhotoRejection.Busy or PhotoRejection.TooSlow)
        {
            throw new IOException("A smaller copy of a photo cannot be made now.", exception);
        }
        catch (PhotoRejectedException exception)
        {
            logger.LogWarning("A stored photo cannot be made smaller: {Reason}", exception.Reason);
            return false;
        }
    }

    private async Task<bool> MakeAsync(string name, int width, Stream largest, CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(_timeout, cancellationToken)) throw new PhotoRejectedException(PhotoRejection.Busy);
        try
        {
            if (await OpenFileAsync(PhotoNames.CopyOf(name, width), cancellationToken) is { } made)
            {
                await made.Content.DisposeAsync(); // By whoever asked at the same time.
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
            _turn.Release();
        }
    }
}
