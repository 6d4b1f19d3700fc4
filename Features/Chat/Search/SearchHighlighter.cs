using MarketChat.Infrastructure.Text;

namespace MarketChat.Features.Chat.Search;

/// <summary>A segment of text, and whether it matches a search term.</summary>
public sealed record HighlightSegment(string Text, bool IsMatch);

/// <summary>Marks search terms in text. Segments begin and end between characters (<see cref="Characters"/>).</summary>
public static class SearchHighlighter
{
    private const int MaxSnippetLength = 120;
    private const int ContextBeforeMatch = 24;
    private const string Ellipsis = "…";

    /// <summary>Splits the text into segments and marks every occurrence of a search term.</summary>
    public static IReadOnlyList<HighlightSegment> Highlight(string text, IReadOnlyList<string> terms)
    {
        var segments = new List<HighlightSegment>();
        var from = 0;
        foreach (var (start, end) in FindMatches(text, terms))
        {
            if (start > from) segments.Add(new HighlightSegment(text[from..start], IsMatch: false));
            segments.Add(new HighlightSegment(text[start..end], IsMatch: true));
            from = end;
        }

        if (from < text.Length) segments.Add(new HighlightSegment(text[from..], IsMatch: false));
        return segments;
    }

    /// <summary>Does the same on one line, and cuts a long text to what surrounds the first match.</summary>
    public static IReadOnlyList<HighlightSegment> Snippet(string text, IReadOnlyList<string> terms)
    {
        text = text.Replace('\n', ' ');
        if (text.Length <= MaxSnippetLength) return Highlight(text, terms);
        var firstMatch = FindMatches(text, terms).Select(match => match.Start).FirstOrDefault();
        var start = Characters.AlignToStart(text, Math.Clamp(firstMatch - ContextBeforeMatch, 0, text.Length - MaxSnippetLength));
        var end = Characters.AlignToStart(text, start + MaxSnippetLength);
        return Highlight((start > 0 ? Ellipsis : "") + text[start..end] + (end < text.Length ? Ellipsis : ""), terms);
    }

    // Matches in order; overlapping ones are merged.
    private static List<(int Start, int End)> FindMatches(string text, IReadOnlyList<string> terms)
    {
        var key = SearchKey.Map(text);
        var matches = new List<(int Start, int End)>();
        foreach (var (start, end) in terms.SelectMany(key.IndexesOf).Order())
        {
            if (matches is [.., var last] && start <= last.End) matches[^1] = (last.Start, Math.Max(last.End, end));
            else matches.Add((start, end));
        }

        return matches;
    }
}
