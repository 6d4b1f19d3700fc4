using System.Globalization;

namespace MarketChat.Infrastructure.Text;

/// <summary>
/// Counts and cuts text by the characters that a reader sees: grapheme clusters (UAX #29), such as an emoji of several code points.
/// wwwroot/js/plain-text.js counts in the same way. Both are tested with tests/Cases/characters.json.
/// </summary>
public static class Characters
{
    /// <summary>
    /// The number of UTF-16 code units that one character may take; a longer one counts as several, so that a limit on characters limits
    /// the storage too. The longest emoji have 15.
    /// </summary>
    public const int MaxUnits = 16;

    public static int Count(string text)
    {
        var count = 0;
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = StringInfo.GetNextTextElementLength(text, i);
            count += (length + MaxUnits - 1) / MaxUnits;
        }

        return count;
    }

    /// <summary>Returns the index at or before this one that is not inside a character.</summary>
    public static int AlignToStart(string text, int index)
    {
        var start = 0;
        while (start < index && start + StringInfo.GetNextTextElementLength(text, start) is var next && next <= index) start = next;
        return start;
    }

    /// <summary>Cuts a text to a number of UTF-16 code units and an ellipsis, between two characters.</summary>
    public static string Truncate(string text, int maxUnits) =>
        text.Length <= maxUnits ? text : $"{text[..AlignToStart(text, maxUnits)]}…";
}
