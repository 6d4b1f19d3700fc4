using MarketChat.Features.Chat;

namespace MarketChat.Tests.Features.Chat;

public sealed class LinkifierTests
{
    [Fact]
    public void Links_are_found_and_nothing_is_lost()
    {
        foreach (var (text, pieces) in LinkifierCases.All)
        {
            var found = Linkifier.Split(text).ToList();

            found.Select(piece => piece.Url is null ? piece.Text : $"[{piece.Url}]").ShouldBe(pieces, text);
            string.Concat(found.Select(piece => piece.Text)).ShouldBe(text);
        }
    }
}

/// <summary>What is a link and what is not, for the server and for the script, so that both are held to the same answers.</summary>
internal static class LinkifierCases
{
    /// <summary>A text, and its pieces with the links in brackets.</summary>
    public static IReadOnlyList<(string Text, string[] Pieces)> All { get; } =
    [
        ("안녕하세요", ["안녕하세요"]),
        ("https://example.com", ["[https://example.com]"]),
        ("http://example.com/a", ["[http://example.com/a]"]),
        ("HTTPS://EXAMPLE.COM", ["[HTTPS://EXAMPLE.COM]"]),
        ("여기요: https://example.com/a?b=1&c=2#d 보세요", ["여기요: ", "[https://example.com/a?b=1&c=2#d]", " 보세요"]),
        ("https://a.kr https://b.kr", ["[https://a.kr]", " ", "[https://b.kr]"]),
        ("https://a.kr\nhttps://b.kr", ["[https://a.kr]", "\n", "[https://b.kr]"]),
        ("봤어요? https://example.com.", ["봤어요? ", "[https://example.com]", "."]),
        ("(https://example.com/a)", ["(", "[https://example.com/a]", ")"]),
        ("https://example.com/a...", ["[https://example.com/a]", "..."]),
        ("https://example.com/a… 그리고", ["[https://example.com/a]", "… 그리고"]),
        ("https://example.com。", ["[https://example.com]", "。"]),
        ("https://example.com/?!", ["[https://example.com/]", "?!"]),
        ("https://example.com/한글/경로", ["[https://example.com/한글/경로]"]),
        ("https://example.com/👍", ["[https://example.com/👍]"]),
        ("\"https://example.com\"", ["\"", "[https://example.com]", "\""]),
        ("'https://example.com'", ["'", "[https://example.com]", "'"]),
        ("<https://example.com>", ["<", "[https://example.com]", ">"]),
        ("<a href=https://example.com>눌러요</a>", ["<a href=", "[https://example.com]", ">눌러요</a>"]),
        ("<script>alert(1)</script>", ["<script>alert(1)</script>"]),
        ("javascript:alert(1)", ["javascript:alert(1)"]),
        ("data:text/html,https", ["data:text/html,https"]),
        ("ftp://example.com", ["ftp://example.com"]),
        ("www.example.com", ["www.example.com"]),
        ("http://", ["http://"]),
        ("https://.", ["https://."]),
        ("https://👍", ["[https://👍]"]),
        ("http\u017F://example.com", ["http\u017F://example.com"]),
        ("https://a.kr\u00a0https://b.kr", ["[https://a.kr]", "\u00a0", "[https://b.kr]"]),
        ("https://a.kr\u3000다음", ["[https://a.kr]", "\u3000다음"]),
        ("https://a.kr\u0085다음", ["[https://a.kr]", "\u0085다음"]),
        ("https://a.kr/\ufeff다음", ["[https://a.kr/\ufeff다음]"]),
        ("https://a.kr\u2028다음", ["[https://a.kr]", "\u2028다음"]),
        ("xhttps://example.com", ["x", "[https://example.com]"]),
    ];
}
