using System.Globalization;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

/// <summary>Prices as people write them: "12,000원", "₩12,000", and "나눔" for what is given away.</summary>
public sealed class Won(IStringLocalizer<Won> words)
{
    public string Format(int price) =>
        price == 0 ? words["Free"] : words["Price", price.ToString("N0", CultureInfo.CurrentCulture)];
}
