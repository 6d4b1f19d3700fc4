using MarketChat.Infrastructure.Text;

namespace MarketChat.Tests.Infrastructure.Text;

public sealed class SearchKeyTests
{
    [Theory]
    [InlineData("아이폰 13 미니", "아이폰13미니")]
    [InlineData("아이폰１３", "아이폰13")]
    [InlineData("iPhone", "IPHONE")]
    [InlineData("\u1112\u1161\u11ab글", "한글")]
    [InlineData("ﾊﾝｸﾞﾙ", "ハングル")]
    [InlineData("①②③", "123")]
    [InlineData("한\u200b글\u00ad", "한글")]
    [InlineData("한\n글\u3000 말", "한글말")]
    [InlineData("\u3164", "")]
    [InlineData("a\ufffeb", "a\ufffeb")]
    public void Text_that_is_the_same_to_a_reader_has_the_same_key(string one, string other) =>
        SearchKey.Of(one).ShouldBe(SearchKey.Of(other));

    [Theory]
    [InlineData("👨‍👩‍👧", "👨 👩 👧")]
    [InlineData("ñandú", "nandu")]
    [InlineData("100%", "100원")]
    public void Other_text_has_another_key(string one, string other) => SearchKey.Of(one).ShouldNotBe(SearchKey.Of(other));

    [Theory]
    [InlineData("중고 아이폰 １３ 미니", "아이폰13", "아이폰 １３")]
    [InlineData("우리 👨‍👩‍👧 가족", "👩", "👨‍👩‍👧")]
    [InlineData("태극기 🇰🇷!", "🇰", "🇰🇷")]
    [InlineData("좋아요 👍🏽", "👍", "👍🏽")]
    [InlineData("\u1112\u1161\u11ab글", "한", "\u1112\u1161\u11ab")]
    public void A_match_is_found_in_the_text_as_whole_characters(string text, string term, string expected)
    {
        var (start, end) = SearchKey.Map(text).IndexesOf(SearchKey.Of(term)).ShouldHaveSingleItem();

        text[start..end].ShouldBe(expected);
    }
}
