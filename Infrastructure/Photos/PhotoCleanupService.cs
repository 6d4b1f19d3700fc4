using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Photos;

/// <summary>
/// Deletes photos that were uploaded and never shown, and files that belong to no photo, once they are a day old. It looks
/// every hour. An upload names its photo within seconds, so that nothing is deleted that a running one is about to name.
/// </summary>
public sealed class PhotoCleanupService(
    IServiceScopeFactory scopes, IPhotoStorage storage, StoragePaths root, TimeProvider time,
    ILogger<PhotoCleanupService> logger) : BackgroundService
{
    /// <summary>Also how long a photo of a message waits for the others. A device that comes back later sends them all again.</summary>
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

        // Photos of former versions came without their sizes, which count for the quota.
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
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryAsync(stoppingToken);
    }

    // Trouble with the disk or the database ends nothing: the next hour tries again.
    private async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(root.PathTo("uploads"))) Directory.Delete(root.PathTo("uploads"), recursive: true); // Of a former version.
            await CleanUpAsync(cancellationToken);
        }
        catch (Exception exception) when (exception.IsTransientStorageFailure())
        {
            logger.LogWarning(exception, "Unused photos could not be deleted, and will be later");
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
            logger.LogWarning(exception, "An unused photo could not be deleted, and will be later");
        }
    }
}
