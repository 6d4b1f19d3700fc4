using System.Globalization;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>Formats prices in won for the current language: "12,000원", "₩12,000", and "나눔" for a price of 0.</summary>
public sealed class PriceFormatter(IStringLocalizer<PriceFormatter> localizer)
{
    public string Format(int price) =>
        price == 0 ? localizer["Free"] : localizer["Price", price.ToString("N0", CultureInfo.CurrentCulture)];
}
