using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace MarketChat.Infrastructure.Text;

/// <summary>Recognizes names that look like other names (UTS #39, https://www.unicode.org/reports/tr39).</summary>
public static class ConfusableName
{
    // Loaded when the first name is checked.
    private static readonly Lazy<FrozenDictionary<int, string>> _prototypes = new(() => UnicodeDataFile.Read("confusables.txt")
        .ToFrozenDictionary(line => line.First, line => string.Concat(
            line.Value.Split(' ').Select(hex => char.ConvertFromUtf32(UnicodeDataFile.ParseCodePoint(hex))))));

    private static readonly Lazy<UnicodeDataFile.Range[]> _scripts =
        new(() => [.. UnicodeDataFile.Read("Scripts.txt").OrderBy(range => range.First)]);

    // Level "highly restrictive" (UTS #39, 5.2): the scripts that are written together in Japanese, Chinese and Korean.
    private static readonly string[][] _writtenTogether =
    [
        ["Latin", "Han", "Hiragana", "Katakana"], ["Latin", "Han", "Bopomofo"], ["Latin", "Han", "Hangul"],
    ];

    /// <summary>
    /// Returns the key that names which look alike have in common: the skeleton (UTS #39, 4), in lower case because names are unique
    /// regardless of case.
    /// </summary>
    public static string Skeleton(string name) => string.Concat(
        name.NormalizeTo(NormalizationForm.FormD).EnumerateRunes()
            .Select(rune => _prototypes.Value.GetValueOrDefault(rune.Value) ?? rune.ToString()))
        .NormalizeTo(NormalizationForm.FormD).ToLowerInvariant();

    /// <summary>
    /// Returns the skeletons that another name must not have: that of the name, and that of the name in lower case, which looks different.
    /// </summary>
    public static string[] Lookalikes(string name) => [Skeleton(name), Skeleton(name.ToLowerInvariant())];

    /// <summary>Whether the name mixes scripts or digits that no language writes together.</summary>
    public static bool MixesScripts(string name)
    {
        var scripts = name.EnumerateRunes().Select(ScriptOf).Where(script => script is not ("Common" or "Inherited")).ToHashSet();
        var zeros = name.EnumerateRunes().Where(Rune.IsDigit).Select(digit => digit.Value - (int)Rune.GetNumericValue(digit)).ToHashSet();
        return zeros.Count > 1 || (scripts.Count > 1 && !_writtenTogether.Any(scripts.IsSubsetOf));
    }

    /// <summary>
    /// Whether the name has more than four nonspacing marks in sequence, or the same one twice (UTS #39, 5.4): it would be unreadable, or
    /// look like a name with fewer.
    /// </summary>
    public static bool StacksMarks(string name)
    {
        var marks = new List<Rune>();
        foreach (var rune in name.NormalizeTo(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.NonSpacingMark) marks.Clear();
            else if (marks.Count == 4 || marks.Contains(rune)) return true;
            else marks.Add(rune);
        }

        return false;
    }

    private static string ScriptOf(Rune rune)
    {
        var ranges = _scripts.Value;
        var (low, high) = (0, ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (rune.Value < ranges[middle].First) high = middle - 1;
            else if (rune.Value > ranges[middle].Last) low = middle + 1;
            else return ranges[middle].Value;
        }

        return "Unknown";
    }
}
