namespace MarketChat.Features.Chat.Search;

/// <summary>A piece of text, and whether it is what was looked for.</summary>
public sealed record MarkedPiece(string Text, bool IsHit);

public static class Marked
{
    private const int LongestSnippet = 120;
    private const int BeforeHit = 24;
    private const string LeftOut = "…";

    /// <summary>The text in pieces, with every word that is found in it marked.</summary>
    public static IReadOnlyList<MarkedPiece> In(string text, IReadOnlyList<string> words)
    {
        var pieces = new List<MarkedPiece>();
        var from = 0;
        foreach (var (start, end) in Hits(text, words))
        {
            if (start > from) pieces.Add(new MarkedPiece(text[from..start], IsHit: false));
            pieces.Add(new MarkedPiece(text[start..end], IsHit: true));
            from = end;
        }

        if (from < text.Length) pieces.Add(new MarkedPiece(text[from..], IsHit: false));
        return pieces;
    }

    /// <summary>The same, on one line, and of a long text only what surrounds the first word found.</summary>
    public static IReadOnlyList<MarkedPiece> Snippet(string text, IReadOnlyList<string> words)
    {
        text = text.Replace('\n', ' ');
        if (text.Length <= LongestSnippet) return In(text, words);
        var hit = Hits(text, words).Select(found => found.Start).FirstOrDefault();
        var start = Whole(text, Math.Clamp(hit - BeforeHit, 0, text.Length - LongestSnippet));
        var end = Whole(text, start + LongestSnippet);
        return In((start > 0 ? LeftOut : "") + text[start..end] + (end < text.Length ? LeftOut : ""), words);
    }

    private static int Whole(string text, int index) => index < text.Length && char.IsLowSurrogate(text[index]) ? index - 1 : index;

    // In order, and those that overlap as one.
    private static List<(int Start, int End)> Hits(string text, IReadOnlyList<string> words)
    {
        var hits = new List<(int Start, int End)>();
        foreach (var (start, end) in words.SelectMany(word => Places(text, word)).Order())
        {
            if (hits is [.., var last] && start <= last.End) hits[^1] = (last.Start, Math.Max(last.End, end));
            else hits.Add((start, end));
        }

        return hits;
    }

    private static IEnumerable<(int Start, int End)> Places(string text, string word)
    {
        var from = 0;
        while (text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            yield return (at, from = at + word.Length);
        }
    }
}
