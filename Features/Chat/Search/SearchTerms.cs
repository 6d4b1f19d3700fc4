using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Chat.Search;

/// <summary>What somebody looks for: what they typed, and the words of it, each to be found to the letter and anywhere in a word.</summary>
public sealed record SearchTerms(string Text, IReadOnlyList<string> Terms)
{
    public const int MaxLength = 100;

    private const char NoCharacter = '\ufffe'; // Which Normalize throws at.

    public bool IsTooLong => Text.Length > MaxLength;

    public static SearchTerms Of(string? typed)
    {
        var text = PlainText.NormalizeInput(typed);
        if (!text.IsWellFormed()) return new SearchTerms(text, []); // Nowhere stored, so nothing is found.
        if (!text.Contains(NoCharacter)) text = text.Normalize(); // A keyboard may send Hangul in parts.
        return new SearchTerms(text,
            [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }
}
