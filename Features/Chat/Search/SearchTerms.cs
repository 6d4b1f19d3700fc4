using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Chat.Search;

/// <summary>The text of a search and its terms. Each term is matched literally, anywhere in a word.</summary>
public sealed record SearchTerms(string Text, IReadOnlyList<string> Terms)
{
    public const int MaxLength = 100;

    private const char Noncharacter = '\ufffe'; // Normalize throws on it.

    public bool IsTooLong => Text.Length > MaxLength;

    public static SearchTerms Of(string? typed)
    {
        var text = PlainText.NormalizeInput(typed);
        if (!text.IsWellFormed()) return new SearchTerms(text, []); // Such text is never stored, so nothing matches.
        if (!text.Contains(Noncharacter)) text = text.Normalize(); // Some keyboards send Hangul as separate jamo.
        return new SearchTerms(text,
            [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }
}
