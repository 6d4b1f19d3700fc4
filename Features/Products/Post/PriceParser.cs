using System.Globalization;
using System.Text;
using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Products.Post;

/// <summary>Parses an amount in won as users type it: "12,000", "12 000", "12000원", "₩12,000", "１２０００".</summary>
public static class PriceParser
{
    /// <returns>The amount in won; null if the input is not a whole number; <see cref="long.MaxValue"/> if it exceeds the range.</returns>
    public static long? Parse(string? input)
    {
        if (input is null || !input.IsWellFormed()) return null;

        // NFKC converts full-width digits, commas and signs, which Korean input methods can produce, to ASCII.
        var text = input.Normalize(NormalizationForm.FormKC).Trim().TrimStart('₩').TrimEnd('원');
        var digits = string.Concat(text.Where(character => character != ',' && !char.IsWhiteSpace(character)));
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) return null;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : long.MaxValue;
    }
}
