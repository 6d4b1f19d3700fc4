using MarketChat.Infrastructure.Text;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Text;

public sealed class CharactersTests
{
    [Fact]
    public void What_looks_like_nothing_is_blank_and_characters_are_counted_as_a_reader_sees_them()
    {
        foreach (var (text, isBlank, count) in SharedCases.Characters)
        {
            text.IsBlank().ShouldBe(isBlank, Show(text));
            Characters.Count(text).ShouldBe(count, Show(text));
        }
    }

    [Theory]
    [InlineData("가나다", 3, "가나다")]
    [InlineData("가나다라", 3, "가나다…")]
    [InlineData("가👨‍👩‍👧", 5, "가…")]
    [InlineData("가🇰🇷", 3, "가…")]
    [InlineData("👍🏽", 3, "…")]
    [InlineData("가e\u0301", 2, "가…")]
    public void Text_is_cut_between_characters(string text, int maxUnits, string expected) =>
        Characters.Truncate(text, maxUnits).ShouldBe(expected);

    [Theory]
    [InlineData("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af")]
    [InlineData("é\ufffeé", " e\u0301\ufffee\u0301\r")]
    [InlineData("a\nb\nc", "a\r\nb\rc")]
    [InlineData("\ud83d", "\ud83d")]
    public void Text_is_stored_in_one_normal_form(string stored, string typed) => PlainText.NormalizeInput(typed).ShouldBe(stored);

    private static string Show(string text) => string.Join(' ', text.EnumerateRunes().Select(rune => $"U+{rune.Value:X4}"));
}
