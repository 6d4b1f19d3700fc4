using System.Globalization;

namespace MarketChat.Infrastructure.Delivery;

/// <summary>
/// What a poll asks: what came after a rev, with the bell's number it has heard, and how many seconds it would wait. Read by hand,
/// since model binding costs about as much as the answer.
/// </summary>
public readonly record struct PollQuestion(long After, long? Bell, double Wait)
{
    /// <returns>Null when one of them is there and no number, or out of range.</returns>
    public static PollQuestion? Read(IQueryCollection query)
    {
        var (after, bell, wait) = (query["after"], query["bell"], query["wait"]);
        long afterRev = 0, heard = 0;
        double seconds = 0;
        if (after.Count > 0 && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out afterRev)) return null;
        if (!string.IsNullOrEmpty(bell) && !long.TryParse(bell, NumberStyles.None, CultureInfo.InvariantCulture, out heard)) return null;
        if (wait.Count > 0 && !double.TryParse(wait, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out seconds))
        {
            return null;
        }

        if (!double.IsFinite(seconds)) return null;
        return new PollQuestion(afterRev, string.IsNullOrEmpty(bell) ? null : heard, seconds);
    }
}
