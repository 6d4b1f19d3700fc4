namespace MarketChat.Features.Chat.Search;

/// <summary>A piece of text, and whether it is what was looked for.</summary>
public sealed record HighlightSegment(string Text, bool IsMatch);

public static class SearchHighlighter
{
    private const int MaxSnippetLength = 120;
    private const int BeforeHit = 24;
    private const string LeftOut = "…";

    /// <summary>The text in pieces, with every word that is found in it marked.</summary>
    public static IReadOnlyList<HighlightSegment> Highlight(string text, IReadOnlyList<string> words)
    {
        var pieces = new List<HighlightSegment>();
        var from = 0;
        foreach (var (start, end) in FindMatches(text, words))
        {
            if (start > from) pieces.Add(new HighlightSegment(text[from..start], IsMatch: false));
            pieces.Add(new HighlightSegment(text[start..end], IsMatch: true));
            from = end;
        }

        if (from < text.Length) pieces.Add(new HighlightSegment(text[from..], IsMatch: false));
        return pieces;
    }

    /// <summary>The same, on one line, and of a long text only what surrounds the first word found.</summary>
    public static IReadOnlyList<HighlightSegment> Snippet(string text, IReadOnlyList<string> words)
    {
        text = text.Replace('\n', ' ');
        if (text.Length <= MaxSnippetLength) return Highlight(text, words);
        var hit = FindMatches(text, words).Select(found => found.Start).FirstOrDefault();
        var start = AlignToRune(text, Math.Clamp(hit - BeforeHit, 0, text.Length - MaxSnippetLength));
        var end = AlignToRune(text, start + MaxSnippetLength);
        return Highlight((start > 0 ? LeftOut : "") + text[start..end] + (end < text.Length ? LeftOut : ""), words);
    }

    private static int AlignToRune(string text, int index) => index < text.Length && char.IsLowSurrogate(text[index]) ? index - 1 : index;

    // In order, and those that overlap as one.
    private static List<(int Start, int End)> FindMatches(string text, IReadOnlyList<string> words)
    {
        var hits = new List<(int Start, int End)>();
        foreach (var (start, end) in words.SelectMany(word => IndexesOf(text, word)).Order())
        {
            if (hits is [.., var last] && start <= last.End) hits[^1] = (last.Start, Math.Max(last.End, end));
            else hits.Add((start, end));
        }

        return hits;
    }

    private static IEnumerable<(int Start, int End)> IndexesOf(string text, string word)
    {
        var from = 0;
        while (text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            yield return (at, from = at + word.Length);
        }
    }
}
