using System.ComponentModel.DataAnnotations;

namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// The configuration section "RateLimits". A limit per minute is the capacity of a token bucket that is refilled evenly over the minute, so
/// that many requests may come at once. The defaults are far above what a user does, and far below what a script in a loop does.
/// </summary>
public sealed class RateLimitSettings
{
    private const int MaxPerMinute = 1_000_000;

    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Messages per user. The limit leaves room for an outbox with many messages written offline, which is sent all at once.
    /// </summary>
    [Range(1, MaxPerMinute)]
    public int MessagesPerMinute { get; set; } = 240;

    /// <summary>Rooms opened per user.</summary>
    [Range(1, MaxPerMinute)]
    public int RoomsPerMinute { get; set; } = 30;

    /// <summary>Forms with files per user: posted products and changed profiles.</summary>
    [Range(1, MaxPerMinute)]
    public int UploadsPerMinute { get; set; } = 30;

    /// <summary>Polls handled at the same time per user. Each open tab on each device sends one.</summary>
    [Range(1, MaxPerMinute)]
    public int ConcurrentPolls { get; set; } = 64;

    /// <summary>Searches running at the same time per user. A user who goes on typing leaves the previous search running.</summary>
    [Range(1, MaxPerMinute)]
    public int ConcurrentSearches { get; set; } = 4;

    /// <summary>Attempts to sign in per IP address, which a whole school may share.</summary>
    [Range(1, MaxPerMinute)]
    public int SignInsPerMinute { get; set; } = 60;

    /// <summary>Attempts to sign in per user name, from any address, whether the user exists or not.</summary>
    [Range(1, MaxPerMinute)]
    public int SignInsPerNamePerMinute { get; set; } = 20;

    /// <summary>Accounts created per IP address.</summary>
    [Range(1, MaxPerMinute)]
    public int SignUpsPerMinute { get; set; } = 30;

    /// <summary>Requests without a session per IP address, static files excluded.</summary>
    [Range(1, MaxPerMinute)]
    public int AnonymousPerMinute { get; set; } = 3_000;
}
