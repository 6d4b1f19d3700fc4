using System.ComponentModel.DataAnnotations;

namespace MarketChat.Infrastructure.Photos;

/// <summary>The configuration section "Photos": the quota of each user for stored photos.</summary>
public sealed class PhotoSettings
{
    /// <summary>The maximum size of a user's stored photos in megabytes, smaller copies included.</summary>
    [Range(1, 1_000_000)]
    public int QuotaMegabytes { get; set; } = 1_000;

    /// <summary>The maximum number of a user's stored photos.</summary>
    [Range(1, 10_000_000)]
    public int QuotaFiles { get; set; } = 5_000;
}
