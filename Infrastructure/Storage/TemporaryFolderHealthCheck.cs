namespace MarketChat.Infrastructure.Storage;

/// <summary>Reports whether uploads can be received.</summary>
public sealed class TemporaryFolderHealthCheck(TemporaryFolder folder, TimeProvider time)
    : CachedHealthCheck(time, "Uploads cannot be buffered")
{
    protected override Task ProbeAsync(CancellationToken cancellationToken) => folder.ProbeWriteAsync(cancellationToken);
}
