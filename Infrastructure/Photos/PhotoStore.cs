using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Photos;

/// <summary>The stored photo; or the sentence for the user that says why there is none, and the status that goes with it.</summary>
public sealed record SavePhotoResult(StoredPhoto? Photo, string? Problem = null, int Status = StatusCodes.Status400BadRequest)
{
    /// <summary>Says in the answer, which is a form with the sentence, when to try again, where it is a matter of time.</summary>
    public void ApplyTo(HttpResponse response)
    {
        if (Status != StatusCodes.Status503ServiceUnavailable) return;
        response.StatusCode = Status;
        response.SetRetryAfter();
    }
}

/// <summary>
/// The one way in for photos, whoever shows them: processed, recorded and stored under the name that they keep. A new photo is staged;
/// what shows it sets <see cref="StoredPhoto.IsStaged"/> to false in the transaction that names it. Where that never comes,
/// <see cref="PhotoCleanupService"/> deletes it.
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

    /// <summary>A photo that anyone may see who knows its name. The file's own name and declared type do not matter.</summary>
    public Task<SavePhotoResult> SaveAsync(int userId, IFormFile file, CancellationToken cancellationToken) =>
        SaveAsync(new StoredPhoto { Name = PhotoNames.NewPublic(), UserId = userId }, file, cancellationToken);

    /// <summary>A photo for the members of a room.</summary>
    public Task<SavePhotoResult> SavePrivateAsync(int userId, int roomId, IFormFile file, CancellationToken cancellationToken) =>
        SaveAsync(new StoredPhoto { Name = PhotoNames.NewPrivate(), UserId = userId, ChatRoomId = roomId }, file, cancellationToken);

    /// <summary>
    /// One of the photos of a message that come one by one, before the message. The same number of the same message again replaces it,
    /// until the message is there: then nothing is stored.
    /// </summary>
    public Task<SavePhotoResult> SavePrivateAsync(PhotoUploadKey key, int number, IFormFile file, CancellationToken cancellationToken)
    {
        var photo = new StoredPhoto { Name = PhotoNames.NewPrivate(), UserId = key.UserId, ChatRoomId = key.ChatRoomId,
            ClientId = key.ClientId, Number = number };
        return SaveAsync(photo, file, cancellationToken);
    }

    /// <summary>
    /// Deletes photos that nothing came to name: their rows, and then their files. Never fails: <see cref="PhotoCleanupService"/> deletes
    /// what is left.
    /// </summary>
    public async Task DeleteAsync(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0) return;
        try
        {
            await db.ExecuteInTransactionAsync(token => db.StoredPhotos.Named(names).ExecuteDeleteAsync(token), CancellationToken.None);
            await DeleteFilesAsync(names);
        }
        catch (Exception exception) when (exception.IsTransientStorageFailure())
        {
            logger.LogWarning(exception, "Photos that nothing names could not be deleted, and will be later");
        }
    }

    /// <summary>
    /// Deletes the files of photos whose rows are gone. Never fails: what they belonged to is gone already, and what cannot be deleted now
    /// is deleted by <see cref="PhotoCleanupService"/>.
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
                logger.LogWarning(exception, "A photo's file could not be deleted, and will be later");
            }
        }
    }

    private async Task<SavePhotoResult> SaveAsync(StoredPhoto photo, IFormFile file, CancellationToken cancellationToken)
    {
        try
        {
            await ThrowIfFullAsync(photo, cancellationToken); // Before the work, and again when it is known how large the photo is.
            await using var content = file.OpenReadStream();
            var processed = await processor.ProcessAsync(content, photo.UserId, cancellationToken);
            return new SavePhotoResult(await StoreAsync(photo, processed, cancellationToken));
        }
        catch (PhotoRejectedException exception)
        {
            return new SavePhotoResult(null, SentenceFor(exception.Reason), StatusOf(exception.Reason));
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

    /// <returns>The photo that has the place now, and the name of the one that had it before and is gone.</returns>
    private async Task<(StoredPhoto Stored, string? Replaced)> RecordAsync(StoredPhoto photo, CancellationToken cancellationToken)
    {
        var before = photo.Number is null ? null : await db.StoredPhotos.AsNoTracking().SingleOrDefaultAsync(
            p => p.ChatRoomId == photo.ChatRoomId && p.UserId == photo.UserId && p.ClientId == photo.ClientId && p.Number == photo.Number,
            cancellationToken);
        if (before is { IsStaged: false }) return (before, null);
        if (before is not null) await db.StoredPhotos.Named([before.Name]).ExecuteDeleteAsync(cancellationToken);

        await ThrowIfFullAsync(photo, cancellationToken);
        photo.CreatedAt = time.GetUtcNowInMilliseconds();
        db.Add(photo);
        await db.SaveChangesAsync(cancellationToken);
        return (photo, before?.Name);
    }

    private async Task ThrowIfFullAsync(StoredPhoto photo, CancellationToken cancellationToken)
    {
        var mine = db.StoredPhotos.Where(p => p.UserId == photo.UserId);
        var (files, bytes) = (await mine.CountAsync(cancellationToken), await mine.SumAsync(p => p.Bytes, cancellationToken));
        var isFull = files >= settings.Value.QuotaFiles || bytes + photo.Bytes > (long)settings.Value.QuotaMegabytes * Megabyte;
        if (isFull) throw new PhotoRejectedException(PhotoRejection.QuotaFull);
    }

    private string SentenceFor(PhotoRejection reason) => reason switch
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
