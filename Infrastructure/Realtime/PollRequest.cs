using System.Globalization;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// What a poll asks: what came after a rev, with the bell's number it has knownVersion, and how many seconds it would wait. Read by hand,
/// since model binding costs about as much as the answer.
/// </summary>
public readonly record struct PollRequest(long After, long? Version, double Wait)
{
    /// <returns>Null when one of them is there and no number, or out of range.</returns>
    public static PollRequest? TryParse(IQueryCollection query)
    {
        var (after, version, wait) = (query["after"], query["version"], query["wait"]);
        long afterRev = 0, knownVersion = 0;
        double seconds = 0;
        if (after.Count > 0 && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out afterRev)) return null;
        if (!string.IsNullOrEmpty(version)
            && !long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out knownVersion)) return null;
        if (wait.Count > 0 && !double.TryParse(wait, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds))
        {
            return null;
        }

        if (!double.IsFinite(seconds)) return null;
        return new PollRequest(afterRev, string.IsNullOrEmpty(version) ? null : knownVersion, seconds);
    }
}
