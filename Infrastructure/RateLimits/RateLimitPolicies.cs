namespace MarketChat.Infrastructure.RateLimits;

/// <summary>
/// The limits that a page can name: <c>[EnableRateLimiting(RateLimitPolicies.Messages)]</c>. How many each allows is in
/// <see cref="RateLimitSettings"/>.
/// </summary>
public static class RateLimitPolicies
{
    /// <summary>Per person, what they say.</summary>
    public const string Messages = "Messages";

    /// <summary>Per person, conversations they begin.</summary>
    public const string Rooms = "Rooms";

    /// <summary>Per person, forms that bring files.</summary>
    public const string Uploads = "Uploads";

    /// <summary>
    /// Per person, questions of a page's script that the page is answering at one time. Those with nothing to tell never get there: they
    /// cost nothing, and how many are held is the notifier's own limit.
    /// </summary>
    public const string Polls = "Polls";

    /// <summary>Per person, looks through much at one time.</summary>
    public const string Searches = "Searches";

    /// <summary>Per address, tries to sign in. <see cref="SignInRateLimiter"/> counts them per name as well.</summary>
    public const string SignIns = "SignIns";

    /// <summary>Per address, new accounts.</summary>
    public const string SignUps = "SignUps";
}
