using System.Text.RegularExpressions;

namespace MarketChat.Features.Chat;

/// <summary>
/// Finds the URLs in a text; nothing else in the text becomes markup. wwwroot/js/linkify.js has the same rules. Both are tested with
/// tests/Cases/linkify.json.
/// </summary>
public static partial class Linkifier
{
    /// <summary>A part of a text, with its URL if it is a link.</summary>
    public readonly record struct TextSegment(string Text, string? Url);

    public static IEnumerable<TextSegment> Split(string text)
    {
        var from = 0;
        foreach (Match match in Link().Matches(text))
        {
            if (match.Index > from) yield return new TextSegment(text[from..match.Index], null);
            yield return new TextSegment(match.Value, match.Value);
            from = match.Index + match.Length;
        }

        if (from < text.Length) yield return new TextSegment(text[from..], null);
    }

    // Punctuation at the end belongs to the sentence, not to the URL.
    [GeneratedRegex(
        @"https?://[^\s<>""'`]+[^\s<>""'`.,;:!?)\]}…。、]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
