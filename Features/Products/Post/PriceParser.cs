using System.Globalization;
using System.Text;
using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Products.Post;

/// <summary>An amount as people type it: "12,000", "12 000", "12000원", "₩12,000", "１２０００".</summary>
public static class PriceParser
{
    /// <summary>The amount in won, or null for what is no whole amount. One that no number holds is the largest there is.</summary>
    public static long? Parse(string? typed)
    {
        if (typed is null || !typed.IsWellFormed()) return null;

        // NFKC turns full-width digits, commas and signs, as Korean input methods may leave them, into plain ones.
        var text = typed.Normalize(NormalizationForm.FormKC).Trim().TrimStart('₩').TrimEnd('원');
        var digits = string.Concat(text.Where(letter => letter != ',' && !char.IsWhiteSpace(letter)));
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) return null;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) ? amount : long.MaxValue;
    }
}
