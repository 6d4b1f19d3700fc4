using System.Collections.Frozen;
using System.Text;

namespace MarketChat.Infrastructure.Text;

/// <summary>
/// Recognizes text that looks like nothing, which counts as no text. wwwroot/js/plain-text.js has the same rules. Both are tested with
/// tests/Cases/characters.json.
/// </summary>
public static class BlankText
{
    private static readonly FrozenSet<int> _defaultIgnorable = UnicodeDataFile.Read("DefaultIgnorable.txt")
        .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).ToFrozenSet();

    /// <summary>Whether the text has no visible character.</summary>
    public static bool IsBlank(this string text) => text.EnumerateRunes().All(IsInvisible);

    /// <summary>Whether a character has no visible glyph: white space, control characters, and ignorable or blank characters.</summary>
    public static bool IsInvisible(this Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || _defaultIgnorable.Contains(rune.Value) || IsNoncharacter(rune.Value)
        || IsBlankGlyph(rune.Value);

    /// <summary>Whether a character is ignored in comparisons (Default_Ignorable_Code_Point, UAX #44).</summary>
    public static bool IsDefaultIgnorable(this Rune rune) => _defaultIgnorable.Contains(rune.Value);

    private static bool IsNoncharacter(int point) => point is >= 0xfdd0 and <= 0xfdef || (point & 0xfffe) == 0xfffe;

    // Characters with a glyph that is empty, which no property tells from others: the marks of interlinear annotations, Braille pattern
    // blank, the blank hieroglyphs, the Khitan filler and the null notehead.
    private static bool IsBlankGlyph(int point) => point is >= 0xfff9 and <= 0xfffb or 0x2800 or 0x13441 or 0x13442 or 0x16fe4 or 0x1d159;
}
