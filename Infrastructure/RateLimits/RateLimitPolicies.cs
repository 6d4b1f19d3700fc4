namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// The names of the policies that a page can apply: <c>[EnableRateLimiting(RateLimitPolicies.Messages)]</c>. <see
/// cref="RateLimitSettings"/> sets their limits.
/// </summary>
public static class RateLimitPolicies
{
    /// <summary>Messages sent, per user and minute.</summary>
    public const string Messages = "Messages";

    /// <summary>Rooms opened, per user and minute.</summary>
    public const string Rooms = "Rooms";

    /// <summary>Forms with files submitted, per user and minute.</summary>
    public const string Uploads = "Uploads";

    /// <summary>
    /// Polls that a page handles at the same time, per user. The long-polling middleware answers polls without news before they get here;
    /// the change notifier limits how many of those may wait.
    /// </summary>
    public const string Polls = "Polls";

    /// <summary>Searches running at the same time, per user.</summary>
    public const string Searches = "Searches";

    /// <summary>Attempts to sign in, per IP address and minute. <see cref="SignInRateLimiter"/> also limits them per user name.</summary>
    public const string SignIns = "SignIns";

    /// <summary>Accounts created, per IP address and minute.</summary>
    public const string SignUps = "SignUps";
}
