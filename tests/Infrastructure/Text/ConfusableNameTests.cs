using MarketChat.Infrastructure.Text;

namespace MarketChat.Tests.Infrastructure.Text;

public sealed class ConfusableNameTests
{
    [Theory]
    [InlineData("alice", "aIice")]
    [InlineData("alice", "a1ice")]
    [InlineData("bob", "b0b")]
    [InlineData("modern", "rnodern")]
    [InlineData("Alice", "alice")]
    [InlineData("scope", "ѕсоре")]
    public void Names_that_look_alike_have_the_same_skeleton(string one, string other) =>
        ConfusableName.Skeleton(one).ShouldBe(ConfusableName.Skeleton(other));

    [Theory]
    [InlineData("alice", "alicia")]
    [InlineData("user1", "user2")]
    [InlineData("김민준", "김민중")]
    public void Other_names_have_other_skeletons(string one, string other) =>
        ConfusableName.Skeleton(one).ShouldNotBe(ConfusableName.Skeleton(other));

    [Theory]
    [InlineData("аlice", true)] // Cyrillic and Latin
    [InlineData("αlpha", true)] // Greek and Latin
    [InlineData("김а", true)] // Hangul and Cyrillic
    [InlineData("김さん", true)] // Hangul and Hiragana
    [InlineData("a1٢", true)] // ASCII and Arabic-Indic digits
    [InlineData("alice김", false)]
    [InlineData("田中さん", false)]
    [InlineData("田中TANAKAさん", false)]
    [InlineData("Анна2", false)]
    [InlineData("Zoë", false)]
    [InlineData("a.b-c_9", false)]
    public void Scripts_that_no_language_writes_together_are_a_mixture(string name, bool isMixed) =>
        ConfusableName.MixesScripts(name).ShouldBe(isMixed);

    [Theory]
    [InlineData("a\u0301\u0302\u0303\u0304\u0305", true)]
    [InlineData("a\u0301\u0301", true)]
    [InlineData("Việt", false)]
    [InlineData("กี่", false)]
    public void Marks_are_not_stacked(string name, bool isStacked) => ConfusableName.StacksMarks(name).ShouldBe(isStacked);
}
