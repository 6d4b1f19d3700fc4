using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Text;

namespace MarketChat.Features.Products.Post;

/// <summary>
/// Parses an amount in won as users type it: "12000", "12,000", "12 000", "12,000원", "₩12,000", "１２，０００". Either all thousands are
/// separated, by the same character, or none is. Anything else could mean several amounts and is not guessed.
/// </summary>
public static partial class PriceParser
{
    /// <returns>The amount in won; null if the input is not an amount; <see cref="long.MaxValue"/> if it exceeds the range.</returns>
    public static long? Parse(string? input)
    {
        var match = Amount().Match(ToHalfWidth(PlainText.NormalizeInput(input)));
        if (!match.Success) return null;
        var digits = string.Concat(match.Groups["digits"].Value.Where(char.IsAsciiDigit));
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : long.MaxValue;
    }

    // Converts digits of any width or script, the full-width comma and won sign, and spaces of any width. NFKC would do more: it turns
    // "10²" into "102".
    private static string ToHalfWidth(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.Value switch
    {
        0xff0c => ",",
        0xffe6 => "₩",
        _ when Rune.IsDigit(rune) => ((int)Rune.GetNumericValue(rune)).ToString(CultureInfo.InvariantCulture),
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator => " ",
        _ => rune.ToString(),
    }));

    [GeneratedRegex(
        @"^(?:₩ ?)?(?<digits>\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)(?: ?원)?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Amount();
}
