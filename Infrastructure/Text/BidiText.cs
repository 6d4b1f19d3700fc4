using System.Text;

namespace MarketChat.Infrastructure.Text;

/// <summary>
/// Isolates words of users in plain text, such as titles and notifications, so that their direction does not change the text around them
/// (UAX #9). In markup, elements with <c>dir="auto"</c> do this.
/// </summary>
public static class BidiText
{
    private const char FirstStrongIsolate = '\u2068', PopIsolate = '\u2069';

    /// <summary>Encloses text that has right-to-left characters or direction marks in FSI and PDI; returns other text as it is.</summary>
    public static string Isolate(string text)
    {
        if (!text.Any(IsDirectional)) return text;

        // An unmatched PDI in the text would end the isolate, and a line break would, too.
        var isolated = new StringBuilder().Append(FirstStrongIsolate);
        var depth = 0;
        foreach (var character in text)
        {
            if (character is >= '\u2066' and <= FirstStrongIsolate) depth++;
            if (character == PopIsolate && --depth < 0) depth = 0;
            else isolated.Append(character is '\n' or '\u2029' ? ' ' : character);
        }

        return isolated.Append(PopIsolate, depth + 1).ToString();
    }

    // Direction marks, and the blocks of right-to-left scripts (Bidi_Class R and AL by default, DerivedBidiClass.txt); those beyond U+FFFF
    // have the high surrogates D802, D803 and D83A, D83B.
    private static bool IsDirectional(char character) => character is
        >= '\u0590' and <= '\u08ff' or >= '\u200e' and <= '\u200f' or >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069'
        or >= '\ufb1d' and <= '\ufdff' or >= '\ufe70' and <= '\ufeff' or '\ud802' or '\ud803' or '\ud83a' or '\ud83b';
}
