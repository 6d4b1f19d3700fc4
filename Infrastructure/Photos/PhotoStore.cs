using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Photos;

/// <summary>The stored photo; or a localized message that says why the upload was rejected, with the status code of the response.</summary>
public sealed record SavePhotoResult(StoredPhoto? Photo, string? Problem = null, int Status = StatusCodes.Status400BadRequest)
{
    /// <summary>Sets the status 503 and Retry-After if the upload may succeed later.</summary>
    public void ApplyTo(HttpResponse response)
    {
        if (Status != StatusCodes.Status503ServiceUnavailable) return;
        response.StatusCode = Status;
        response.SetRetryAfter();
    }
}

/// <summary>
/// Processes, stores and records uploaded photos of products, profiles and messages. A new photo is staged; the transaction that refers to
/// it must set <see cref="StoredPhoto.IsStaged"/> to false. <see cref="PhotoCleanupService"/> deletes photos that stay staged.
/// </summary>
public sealed class PhotoStore(
    MarketDb db,
    PhotoProcessor processor,
    IPhotoStorage storage,
    IOptions<PhotoSettings> settings,
    TimeProvider time,
    IStringLocalizer<PhotoStore> localizer,
    ILogger<PhotoStore> logger)
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>Stores a public photo. The file's name and declared content type are ignored.</summary>
    public Task<SavePhotoResult> SaveAsync(int userId, IFormFile file, CancellationToken cancellationToken) =>
        SaveAsync(new StoredPhoto { Name = PhotoNames.NewPublic(), UserId = userId }, file, cancellationToken);

    /// <summary>Stores a private photo, which only the members of the room can see.</summary>
    public Task<SavePhotoResult> SavePrivateAsync(int userId, int roomId, IFormFile file, CancellationToken cancellationToken) =>
        SaveAsync(new StoredPhoto { Name = PhotoNames.NewPrivate(), UserId = userId, ChatRoomId = roomId }, file, cancellationToken);

    /// <summary>
    /// Stores one of the photos of a message that are uploaded one by one before the message is sent. A repeated upload of the same number
    /// replaces the previous one. Once the message has been sent, nothing is stored and the photo of the message is returned.
    /// </summary>
    public Task<SavePhotoResult> SavePrivateAsync(PhotoUploadKey key, int number, IFormFile file, CancellationToken cancellationToken)
    {
        var photo = new StoredPhoto { Name = PhotoNames.NewPrivate(), UserId = key.UserId, ChatRoomId = key.ChatRoomId,
            ClientId = key.ClientId, Number = number };
        return SaveAsync(photo, file, cancellationToken);
    }

    /// <summary>
    /// Deletes unused photos: first their rows, then their files. Does not throw on storage failures; <see cref="PhotoCleanupService"/>
    /// deletes the remainder.
    /// </summary>
    public async Task DeleteAsync(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0) return;
        try
        {
            await db.ExecuteInTransactionAsync(token => db.StoredPhotos.Named(names).ExecuteDeleteAsync(token), CancellationToken.None);
            await DeleteFilesAsync(names);
        }
        catch (Exception exception) when (db.Engine.IsStorageFailure(exception))
        {
            logger.LogWarning(exception, "Deleting unused photos failed; the hourly cleanup tries again");
        }
    }

    /// <summary>
    /// Deletes the files of photos whose rows are deleted. Does not throw on storage failures; <see cref="PhotoCleanupService"/> deletes
    /// the remainder.
    /// </summary>
    public async Task DeleteFilesAsync(IEnumerable<string> names)
    {
        foreach (var file in names.SelectMany(PhotoNames.FilesOf))
        {
            try
            {
                await storage.DeleteAsync(file, CancellationToken.None);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning(exception, "Deleting a photo's file failed; the hourly cleanup tries again");
            }
        }
    }

    private async Task<SavePhotoResult> SaveAsync(StoredPhoto photo, IFormFile file, CancellationToken cancellationToken)
    {
        try
        {
            await ThrowIfFullAsync(photo, cancellationToken); // Checked again when the photo's size is known.
            await using var content = file.OpenReadStream();
            var processed = await processor.ProcessAsync(content, photo.UserId, cancellationToken);
            return new SavePhotoResult(await StoreAsync(photo, processed, cancellationToken));
        }
        catch (PhotoRejectedException exception)
        {
            return new SavePhotoResult(null, MessageFor(exception.Reason), StatusOf(exception.Reason));
        }
    }

    private async Task<StoredPhoto> StoreAsync(StoredPhoto photo, ProcessedPhoto processed, CancellationToken cancellationToken)
    {
        (photo.Width, photo.Height, photo.Hash) = (processed.Largest.Width, processed.Largest.Height, processed.Hash);
        photo.Bytes = processed.Largest.Content.Length + processed.Smaller.Sum(copy => copy.Content.Length);
        var isStored = false;
        try
        {
            await storage.SaveAsync(photo.Name, processed.Largest.Content, cancellationToken);
            foreach (var copy in processed.Smaller)
            {
                await storage.SaveAsync(PhotoNames.CopyOf(photo.Name, copy.Width), copy.Content, cancellationToken);
            }

            var (stored, replaced) = db.Database.CurrentTransaction is null
                ? await db.ExecuteInTransactionAsync(token => RecordAsync(photo, token), cancellationToken)
                : await RecordAsync(photo, cancellationToken);
            isStored = stored == photo;
            if (replaced is not null) await DeleteFilesAsync([replaced]);
            return stored;
        }
        finally
        {
            if (!isStored) await DeleteFilesAsync([photo.Name]);
        }
    }

    /// <summary>Inserts the photo's row.</summary>
    /// <returns>The photo that is recorded now, and the name of the photo that it replaced.</returns>
    private async Task<(StoredPhoto Stored, string? Replaced)> RecordAsync(StoredPhoto photo, CancellationToken cancellationToken)
    {
        var previous = photo.Number is null ? null : await db.StoredPhotos.AsNoTracking().SingleOrDefaultAsync(
            p => p.ChatRoomId == photo.ChatRoomId && p.UserId == photo.UserId && p.ClientId == photo.ClientId && p.Number == photo.Number,
            cancellationToken);
        if (previous is { IsStaged: false }) return (previous, null);
        if (previous is not null) await db.StoredPhotos.Named([previous.Name]).ExecuteDeleteAsync(cancellationToken);

        await ThrowIfFullAsync(photo, cancellationToken);
        photo.CreatedAt = time.GetUtcNowInMilliseconds();
        db.Add(photo);
        await db.SaveChangesAsync(cancellationToken);
        return (photo, previous?.Name);
    }

    private async Task ThrowIfFullAsync(StoredPhoto photo, CancellationToken cancellationToken)
    {
        var photos = db.StoredPhotos.Where(p => p.UserId == photo.UserId);
        var (files, bytes) = (await photos.CountAsync(cancellationToken), await photos.SumAsync(p => p.Bytes, cancellationToken));
        var isFull = files >= settings.Value.QuotaFiles || bytes + photo.Bytes > (long)settings.Value.QuotaMegabytes * Megabyte;
        if (isFull) throw new PhotoRejectedException(PhotoRejection.QuotaFull);
    }

    private string MessageFor(PhotoRejection reason) => reason switch
    {
        PhotoRejection.TooLarge => localizer["TooLarge", PhotoProcessor.MaxBytes / Megabyte],
        PhotoRejection.TooManyPixels => localizer["TooManyPixels", PhotoProcessor.MaxPixels],
        PhotoRejection.QuotaFull => localizer["QuotaFull", settings.Value.QuotaFiles, settings.Value.QuotaMegabytes],
        _ => localizer[reason.ToString()],
    };

    private static int StatusOf(PhotoRejection reason) => reason switch
    {
        PhotoRejection.TooLarge => StatusCodes.Status413PayloadTooLarge,
        PhotoRejection.QuotaFull => StatusCodes.Status409Conflict,
        PhotoRejection.Busy => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };
}
