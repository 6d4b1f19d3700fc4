using System.Globalization;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// The query string of a poll. It is parsed by hand, because model binding costs about as much as the rest of the response.
/// </summary>
/// <param name="After">The room's rev that the client knows; 0 for none.</param>
/// <param name="Version">The version that the client knows; null for none.</param>
/// <param name="Wait">How long the request may be held, in seconds.</param>
public readonly record struct PollRequest(long After, long? Version, double Wait)
{
    /// <returns>Null when a value is not a number or is out of range.</returns>
    public static PollRequest? TryParse(IQueryCollection query)
    {
        var (after, version, wait) = (query["after"], query["version"], query["wait"]);
        long afterRev = 0, knownVersion = 0;
        double seconds = 0;
        if (after.Count > 0 && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out afterRev)) return null;
        if (!string.IsNullOrEmpty(version)
            && !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out knownVersion))
        {
            return null;
        }

        if (wait.Count > 0 && !double.TryParse(wait, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds))
        {
            return null;
        }

        if (!double.IsFinite(seconds)) return null;
        return new PollRequest(afterRev, string.IsNullOrEmpty(version) ? null : knownVersion, seconds);
    }
}
