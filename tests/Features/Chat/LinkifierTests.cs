using MarketChat.Features.Chat;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat;

public sealed class LinkifierTests
{
    [Fact]
    public void Links_are_found_and_nothing_is_lost()
    {
        foreach (var (text, segments) in SharedCases.Linkify)
        {
            var found = Linkifier.Split(text).ToList();

            found.Select(segment => segment.Url is null ? segment.Text : $"[{segment.Url}]").ShouldBe(segments, text);
            string.Concat(found.Select(segment => segment.Text)).ShouldBe(text);
        }
    }
}
