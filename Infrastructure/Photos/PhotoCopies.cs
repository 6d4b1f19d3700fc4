using MarketChat.Infrastructure.Data;

namespace MarketChat.Infrastructure.Photos;

/// <summary>A photo's file, open for reading.</summary>
public sealed record OpenedPhoto(string File, Stream Content);

/// <summary>
/// Opens stored photos in the width that is asked for. Photos of former versions have no smaller copies: these are made when first asked
/// for, and stored.
/// </summary>
public sealed class PhotoCopies(IPhotoStorage storage, PhotoProcessor processor, ILogger<PhotoCopies> logger)
{
    /// <summary>
    /// Null where there is no such photo. The photo itself where it is not wider than that, or where it cannot be made smaller.
    /// </summary>
    /// <param name="width">One of <see cref="PhotoNames.SmallerWidths"/>, or null for the largest.</param>
    public async Task<OpenedPhoto?> OpenAsync(string name, int? width, CancellationToken cancellationToken)
    {
        if (!PhotoNames.IsValid(name)) return null;
        if (width is not { } pixels) return await OpenFileAsync(name, cancellationToken);
        if (await OpenFileAsync(PhotoNames.CopyOf(name, pixels), cancellationToken) is { } copy) return copy;
        if (await OpenFileAsync(name, cancellationToken) is not { } largest) return null;
        try
        {
            if (!await TryMakeAsync(name, pixels, largest.Content, cancellationToken)) return Rewind(largest);
        }
        catch (PhotoRejectedException exception)
        {
            logger.LogWarning("A stored photo cannot be made smaller: {Reason}", exception.Reason);
            return Rewind(largest);
        }

        await largest.Content.DisposeAsync();
        return await OpenFileAsync(PhotoNames.CopyOf(name, pixels), cancellationToken);
    }

    private async Task<OpenedPhoto?> OpenFileAsync(string file, CancellationToken cancellationToken) =>
        await storage.OpenAsync(file, cancellationToken) is { } content ? new OpenedPhoto(file, content) : null;

    /// <returns>False where the photo is not wider than that.</returns>
    private async Task<bool> TryMakeAsync(string name, int width, Stream largest, CancellationToken cancellationToken)
    {
        if (processor.ReadSize(largest).Width <= width) return false;
        var photo = await processor.ProcessAsync(largest, 0, cancellationToken);
        foreach (var copy in photo.Smaller) await storage.SaveAsync(PhotoNames.CopyOf(name, copy.Width), copy.Content, cancellationToken);
        return photo.Smaller.Any(copy => copy.Width == width);
    }

    private static OpenedPhoto Rewind(OpenedPhoto photo)
    {
        photo.Content.Position = 0;
        return photo;
    }
}
