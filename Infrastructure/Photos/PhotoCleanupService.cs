using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// Deletes staged photos that no product, message or profile came to use, and files without a photo, once they are a day old. Runs every
/// hour. An upload uses its photos within seconds, so a running upload is not affected.
/// </summary>
public sealed class PhotoCleanupService(
    IServiceScopeFactory scopes, IDatabaseEngine engine, IPhotoStorage storage, StoragePaths paths, TimeProvider time,
    ILogger<PhotoCleanupService> logger) : BackgroundService
{
    /// <summary>
    /// The age at which unused photos are deleted. It also limits how long an incomplete photo message can be resumed; after that a client
    /// uploads all of its photos again.
    /// </summary>
    public static readonly TimeSpan Expiration = TimeSpan.FromDays(1);

    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private const int FilesPerQuery = 200;

    public async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketDb>();
        var before = time.GetUtcNowInMilliseconds() - Expiration;
        var expired = db.StoredPhotos.Where(p => p.IsStaged && p.CreatedAt < before);
        if (await expired.AnyAsync(cancellationToken)) await db.ExecuteInTransactionAsync(token => expired.ExecuteDeleteAsync(token),
            cancellationToken);

        var unmeasured = new Dictionary<string, long>();
        await foreach (var files in storage.ListAsync(cancellationToken).Chunk(FilesPerQuery).WithCancellation(cancellationToken))
        {
            var names = files.Select(file => PhotoNames.StemOf(file.Name)).Distinct().SelectMany(PhotoNames.NamesOf).ToList();
            var rows = await db.StoredPhotos.Named(names).Select(p => new { p.Name, p.Bytes }).ToListAsync(cancellationToken);
            var known = rows.ToDictionary(p => PhotoNames.StemOf(p.Name));
            foreach (var file in files)
            {
                var photo = known.GetValueOrDefault(PhotoNames.StemOf(file.Name));
                if (photo is null) await DeleteIfOldAsync(file, before, cancellationToken);
                else if (photo.Bytes == 0) unmeasured[photo.Name] = unmeasured.GetValueOrDefault(photo.Name) + file.Bytes;
            }
        }

        // Photos stored by earlier versions have no size in the database, but the size counts towards the quota.
        foreach (var (name, bytes) in unmeasured)
        {
            await db.ExecuteInTransactionAsync(
                token => db.StoredPhotos.Named([name]).ExecuteUpdateAsync(set => set.SetProperty(p => p.Bytes, bytes), token),
                cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryCleanUpAsync(stoppingToken);
    }

    // A failure of the disk or the database must not stop the service; it tries again in an hour.
    private async Task TryCleanUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            var uploads = paths.PathTo("uploads"); // From an earlier version.
            if (Directory.Exists(uploads)) Directory.Delete(uploads, recursive: true);
            await CleanUpAsync(cancellationToken);
        }
        catch (Exception exception) when (engine.IsStorageFailure(exception))
        {
            logger.LogWarning(exception, "Deleting unused photos failed; it is tried again in an hour");
        }
    }

    private async Task DeleteIfOldAsync(PhotoStorageEntry file, DateTime before, CancellationToken cancellationToken)
    {
        if (file.SavedAt >= before) return;
        try
        {
            await storage.DeleteAsync(file.Name, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(exception, "Deleting an unused photo's file failed; it is tried again in an hour");
        }
    }
}
