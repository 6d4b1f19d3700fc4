using System.Buffers;
using System.Globalization;
using System.Text;

namespace MarketChat.Infrastructure.Text;

/// <summary>
/// The form in which text is searched: NFKC (UAX #15), in upper case, without white space and ignorable characters. "아이폰 13" and
/// "아이폰１３" have the same key. Each character (grapheme cluster) is converted by itself, so that a match in the key can be found in the
/// text. Keys are stored: a change of these rules needs a migration.
/// </summary>
public sealed class SearchKey
{
    private const int ZeroWidthJoiner = 0x200d; // Joins emoji to one; elsewhere it is ignorable.

    private readonly List<(int Start, int End)> _origins = [];

    private SearchKey(string text)
    {
        var key = new StringBuilder(text.Length);
        for (int i = 0, length; i < text.Length; i += length)
        {
            length = StringInfo.GetNextTextElementLength(text, i);
            Append(key, text.AsSpan(i, length));
            while (_origins.Count < key.Length) _origins.Add((i, i + length));
        }

        Value = key.ToString();
    }

    /// <summary>The key.</summary>
    public string Value { get; }

    /// <summary>Returns the key of a text; empty if nothing in the text can be searched for.</summary>
    public static string Of(string text) => new SearchKey(text).Value;

    /// <summary>Returns the key of a text together with the origin of each of its characters.</summary>
    public static SearchKey Map(string text) => new(text);

    /// <summary>Returns where the text contains another text's key, as ranges of whole characters.</summary>
    public IEnumerable<(int Start, int End)> IndexesOf(string key)
    {
        var from = 0;
        while (key.Length > 0 && Value.IndexOf(key, from, StringComparison.Ordinal) is >= 0 and var at)
        {
            from = at + key.Length;
            yield return (_origins[at].Start, _origins[from - 1].End);
        }
    }

    private static void Append(StringBuilder key, ReadOnlySpan<char> character)
    {
        if (character is [>= '가' and <= '힣' or >= '!' and <= '~']) // Most text, and NFKC leaves it as it is.
        {
            key.Append(char.ToUpperInvariant(character[0]));
            return;
        }

        var normalized = character.ToString().NormalizeTo(NormalizationForm.FormKC);
        var isEmoji = Rune.DecodeFromUtf16(normalized, out var first, out _) is OperationStatus.Done
            && Rune.GetUnicodeCategory(first) is UnicodeCategory.OtherSymbol;
        foreach (var rune in normalized.EnumerateRunes())
        {
            var isIgnored = Rune.IsWhiteSpace(rune) || (rune.IsDefaultIgnorable() && !(isEmoji && rune.Value is ZeroWidthJoiner));
            if (!isIgnored) key.Append(Rune.ToUpperInvariant(rune).ToString());
        }
    }
}
