using System.ComponentModel.DataAnnotations;

namespace MarketChat.Infrastructure.Photos;

/// <summary>The section "Photos" of the settings: how much of other people's disk one user may fill.</summary>
public sealed class PhotoSettings
{
    /// <summary>Megabytes of stored photos per user, smaller copies included.</summary>
    [Range(1, 1_000_000)]
    public int QuotaMegabytes { get; set; } = 1_000;

    /// <summary>Stored photos per user.</summary>
    [Range(1, 10_000_000)]
    public int QuotaFiles { get; set; } = 5_000;
}
