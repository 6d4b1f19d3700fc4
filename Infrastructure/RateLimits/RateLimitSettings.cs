using System.ComponentModel.DataAnnotations;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// The section "RateLimits" of the settings. Each number a minute is at once how many may come in one go: a bucket of as many tokens,
/// refilled evenly over the minute. All are far above what people do, and far below what a loop does.
/// </summary>
public sealed class RateLimitSettings
{
    private const int MaxPerMinute = 1_000_000;

    public bool Enabled { get; set; } = true;

    /// <summary>Per person. A letter box full of what was written offline goes out in one go.</summary>
    [Range(1, MaxPerMinute)]
    public int MessagesPerMinute { get; set; } = 240;

    /// <summary>Per person.</summary>
    [Range(1, MaxPerMinute)]
    public int RoomsPerMinute { get; set; } = 30;

    /// <summary>Per person: products posted, profiles changed.</summary>
    [Range(1, MaxPerMinute)]
    public int UploadsPerMinute { get; set; } = 30;

    /// <summary>Per person, at one time: a tab asks one, and several devices have several tabs.</summary>
    [Range(1, MaxPerMinute)]
    public int ConcurrentPolls { get; set; } = 64;

    /// <summary>Per person, at one time: who types on leaves the search for the word before still running.</summary>
    [Range(1, MaxPerMinute)]
    public int ConcurrentSearches { get; set; } = 4;

    /// <summary>Per address, which a whole school may share.</summary>
    [Range(1, MaxPerMinute)]
    public int SignInsPerMinute { get; set; } = 60;

    /// <summary>Per name, from wherever, and whether anybody has that name or not.</summary>
    [Range(1, MaxPerMinute)]
    public int SignInsPerNamePerMinute { get; set; } = 20;

    /// <summary>Per address.</summary>
    [Range(1, MaxPerMinute)]
    public int SignUpsPerMinute { get; set; } = 30;

    /// <summary>Per address: everything asked for without a session, but style sheets, scripts and the like.</summary>
    [Range(1, MaxPerMinute)]
    public int AnonymousPerMinute { get; set; } = 3_000;
}
