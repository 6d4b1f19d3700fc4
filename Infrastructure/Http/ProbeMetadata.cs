namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Endpoint metadata: a probe, a request by which a machine asks every few seconds whether the app is well. Probes are answered by any host
/// name and are not logged.
/// </summary>
public sealed class ProbeMetadata;

public static class ProbeMetadataExtensions
{
    public static bool IsProbe(this Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<ProbeMetadata>() is not null;
}
