using MarketChat.Infrastructure.Storage;

namespace MarketChat.Infrastructure.Photos;

/// <summary>Reports whether photos can be stored: their folder may be on another disk than the database.</summary>
public sealed class PhotoStorageHealthCheck(IPhotoStorage storage, TimeProvider time)
    : CachedHealthCheck(time, "Photos cannot be stored")
{
    protected override async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var name = PhotoNames.NewPublic();
        await storage.SaveAsync(name, new byte[1], cancellationToken);
        await storage.DeleteAsync(name, cancellationToken);
    }
}
