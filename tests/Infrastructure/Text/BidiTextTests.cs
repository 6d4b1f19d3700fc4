using MarketChat.Infrastructure.Text;

namespace MarketChat.Tests.Infrastructure.Text;

public sealed class BidiTextTests
{
    [Theory]
    [InlineData("자전거 🙂", "자전거 🙂")]
    [InlineData("שלום", "\u2068שלום\u2069")]
    [InlineData("\u202eabc", "\u2068\u202eabc\u2069")]
    [InlineData("\u2069\u202eabc", "\u2068\u202eabc\u2069")]
    [InlineData("\u2066a\u2069\u2069b", "\u2068\u2066a\u2069b\u2069")]
    [InlineData("\u2067\u2068a", "\u2068\u2067\u2068a\u2069\u2069\u2069")]
    [InlineData("\u202ea\nb", "\u2068\u202ea b\u2069")]
    [InlineData("𞤀𞤁", "\u2068𞤀𞤁\u2069")]
    public void Words_of_another_direction_are_isolated_and_cannot_leave_their_isolate(string text, string expected) =>
        BidiText.Isolate(text).ShouldBe(expected);
}
