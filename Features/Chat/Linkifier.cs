using System.Text.RegularExpressions;

namespace MarketChat.Features.Chat;

/// <summary>Finds the links in what somebody wrote; nothing else in it is ever markup. wwwroot/js/linked-text.js does the same.</summary>
public static partial class Linkifier
{
    /// <summary>A piece of text, and its address where it is a link.</summary>
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

    // Punctuation at the end belongs to the sentence, not to the address.
    [GeneratedRegex(
        @"https?://[^\s<>""'`]+[^\s<>""'`.,;:!?)\]}…。、]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
