using MarketChat.Features.Products.Post;

namespace MarketChat.Tests.Features.Products;

public sealed class PriceParserTests
{
    [Theory]
    [InlineData("12000")]
    [InlineData("12,000")]
    [InlineData(" 12 000 ")]
    [InlineData("12000원")]
    [InlineData("12,000 원")]
    [InlineData("₩12,000")]
    [InlineData("￦12,000")]
    [InlineData("１２，０００")]
    [InlineData("012000")]
    [InlineData("１２ ０００원")]
    [InlineData("12\u00a0000")]
    [InlineData("₩ 12000")]
    [InlineData("12000\u110b\u116f\u11ab")]
    [InlineData("١٢٠٠٠")]
    public void An_amount_is_understood_as_people_type_it(string typed) => PriceParser.Parse(typed).ShouldBe(12_000);

    [Theory]
    [InlineData("0")]
    [InlineData("0원")]
    public void Nothing_is_an_amount_too(string typed) => PriceParser.Parse(typed).ShouldBe(0);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("원")]
    [InlineData("-1")]
    [InlineData("12.5")]
    [InlineData("1e5")]
    [InlineData("0x10")]
    [InlineData("싸게 드려요")]
    [InlineData("12000\0")]
    [InlineData("\ud83d")]
    [InlineData("12,5")]
    [InlineData("1 2")]
    [InlineData("12,00")]
    [InlineData("1,2000")]
    [InlineData("1200,000")]
    [InlineData(",000")]
    [InlineData("12,000 000")]
    [InlineData("12,,000")]
    [InlineData("12  000")]
    [InlineData("12\n000")]
    [InlineData("10²")]
    [InlineData("①")]
    [InlineData("½")]
    [InlineData("12.000")]
    [InlineData("1만")]
    [InlineData("12000\ufffe")]
    [InlineData("\ufffe")]
    [InlineData("12000 ~ 15000")]
    [InlineData("₩₩12000")]
    [InlineData("12000원원")]
    public void What_is_no_whole_amount_is_none(string? typed) => PriceParser.Parse(typed).ShouldBeNull();

    [Fact]
    public void An_amount_beyond_every_number_is_still_beyond_every_limit() =>
        PriceParser.Parse(new string('9', 50)).ShouldBe(long.MaxValue);
}
