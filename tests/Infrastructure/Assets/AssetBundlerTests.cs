using System.Text;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Assets;

public sealed class AssetBundlerTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Theory]
    [InlineData("link[rel=stylesheet]", "href", "text/css", "@layer tokens, base, blocks;")]
    [InlineData("script[type=module]", "src", "text/javascript", "export {")]
    public async Task Every_page_names_one_file_that_is_kept_for_ever(string selector, string attribute, string type, string content)
    {
        var visitor = host.Browser();
        var url = (await visitor.Page("/")).QuerySelectorAll(selector).ShouldHaveSingleItem().GetAttribute(attribute)!;

        var plain = await visitor.Scenario(s => s.Get.Url(url));
        var compressed = await visitor.Scenario(s =>
        {
            s.Get.Url(url);
            s.WithRequestHeader("Accept-Encoding", "gzip, br");
        });

        plain.StatusCode.ShouldBe(200);
        plain.ReadAsText().ShouldContain(content);
        foreach (var answer in new[] { plain, compressed })
        {
            answer.Header("Cache-Control").ShouldNotBeNull().ShouldContain("immutable");
            answer.Header("Content-Type").ShouldNotBeNull().ShouldStartWith(type);
            answer.Header("Vary").ShouldBe("Accept-Encoding");
        }

        compressed.Header("Content-Encoding").ShouldBe("br");
        compressed.Body.Length.ShouldBeLessThan(plain.Body.Length / 3);
        Brotli(compressed.Body).ShouldBe(plain.ReadAsText());
    }

    [Fact]
    public async Task A_page_of_an_earlier_version_gets_todays_file_but_does_not_keep_it()
    {
        var answer = await host.Browser().Scenario(s =>
        {
            s.Get.Url("/js/market.0123456789ab.js");
            s.IgnoreStatusCode();
        });

        answer.StatusCode.ShouldBe(200);
        answer.Header("Cache-Control").ShouldBe("no-store");
    }

    private static string Brotli(byte[] compressed)
    {
        using var stream =
            new System.IO.Compression.BrotliStream(new MemoryStream(compressed), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
