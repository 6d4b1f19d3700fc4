namespace MarketChat.Features.Chat.Search;

/// <summary>A segment of text, and whether it matches a search term.</summary>
public sealed record HighlightSegment(string Text, bool IsMatch);

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
        var start = AlignToRune(text, Math.Clamp(firstMatch - ContextBeforeMatch, 0, text.Length - MaxSnippetLength));
        var end = AlignToRune(text, start + MaxSnippetLength);
        return Highlight((start > 0 ? Ellipsis : "") + text[start..end] + (end < text.Length ? Ellipsis : ""), terms);
    }

    private static int AlignToRune(string text, int index) => index < text.Length && char.IsLowSurrogate(text[index]) ? index - 1 : index;

    // Matches in order; overlapping ones are merged.
    private static List<(int Start, int End)> FindMatches(string text, IReadOnlyList<string> terms)
    {
        var matches = new List<(int Start, int End)>();
        foreach (var (start, end) in terms.SelectMany(term => IndexesOf(text, term)).Order())
        {
            if (matches is [.., var last] && start <= last.End) matches[^1] = (last.Start, Math.Max(last.End, end));
            else matches.Add((start, end));
        }

        return matches;
    }

    private static IEnumerable<(int Start, int End)> IndexesOf(string text, string term)
    {
        var from = 0;
        while (text.IndexOf(term, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            yield return (at, from = at + term.Length);
        }
    }
}
