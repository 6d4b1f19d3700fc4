using MarketChat.Infrastructure.Text;

namespace MarketChat.Features.Chat.Search;

/// <summary>
/// The text of a search and its terms, as their <see cref="SearchKey"/>. A term can occur anywhere in a word, or across words.
/// </summary>
public sealed record SearchTerms(string Text, IReadOnlyList<string> Terms)
{
    public const int MaxLength = 100;

    public bool IsTooLong => Characters.Count(Text) > MaxLength;

    /// <summary>Parses what the user typed. Text that looks like nothing has no terms and is empty.</summary>
    public static SearchTerms Of(string? typed)
    {
        var text = PlainText.NormalizeInput(typed);
        List<string> terms = [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => !word.IsBlank()).Select(SearchKey.Of).Where(key => key.Length > 0).Distinct()];
        return new SearchTerms(terms.Count == 0 ? "" : text, terms);
    }
}
