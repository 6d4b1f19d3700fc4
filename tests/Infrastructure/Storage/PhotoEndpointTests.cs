using MarketChat.Infrastructure.Storage;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Storage;

public sealed class PhotoEndpointTests(MarketHost host) : IClassFixture<MarketHost>
{
    private static readonly string[] _forever = ["immutable", "max-age=31536000", "public"];

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("image/png")]
    [InlineData("image/webp")]
    public async Task A_stranger_sees_a_photo_as_a_picture_and_nothing_else(string contentType)
    {
        var file = contentType switch { "image/png" => Pictures.Png(), "image/webp" => Pictures.Webp(), _ => Pictures.Jpeg() };
        var url = await Store(file);
        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.StatusCodeShouldBeOk();
            s.Header("Content-Type").SingleValueShouldEqual(contentType);
            s.Header("X-Content-Type-Options").SingleValueShouldEqual("nosniff");
            s.Header("Content-Disposition").SingleValueShouldEqual("inline");
            s.Header("Content-Security-Policy").SingleValueShouldEqual("default-src 'none'; sandbox");
            s.Header("Cross-Origin-Resource-Policy").SingleValueShouldEqual("same-origin");
        });
        CacheControl(result).ShouldBe(_forever);
        result.Body.ShouldBe(file);
    }

    [Fact]
    public async Task A_browser_that_has_the_photo_is_told_so()
    {
        var url = await Store(Pictures.Jpeg());
        var first = await host.Browser().Scenario(s => s.Get.Url(url));
        var second = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.WithRequestHeader("If-None-Match", first.Header("ETag").ShouldNotBeNull());
            s.StatusCodeShouldBe(304);
        });
        CacheControl(second).ShouldBe(_forever);
    }

    [Fact]
    public async Task A_part_of_a_photo_can_be_asked_for()
    {
        var url = await Store(Pictures.Jpeg());
        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.WithRequestHeader("Range", "bytes=0-2");
            s.StatusCodeShouldBe(206);
        });
        result.Body.ShouldBe([0xFF, 0xD8, 0xFF]);
    }

    [Fact]
    public async Task The_headers_alone_can_be_asked_for()
    {
        var url = await Store(Pictures.Jpeg());
        await host.Browser().Scenario(s =>
        {
            s.Head.Url(url);
            s.Header("Content-Length").SingleValueShouldEqual($"{Pictures.Jpeg().Length}");
        });
    }

    [Theory]
    [InlineData("If-Match", "\"another\"", 412)]
    [InlineData("Range", "bytes=999999-", 416)]
    public async Task An_answer_without_the_photo_is_not_kept_in_its_place(string header, string value, int status)
    {
        var url = await Store(Pictures.Jpeg());
        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.WithRequestHeader(header, value);
            s.StatusCodeShouldBe(status);
        });
        CacheControl(result).ShouldNotContain("public");
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef.jpg")]
    [InlineData("0123456789abcdef0123456789abcdef.svg")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF.jpg")]
    [InlineData("0123456789abcdef0123456789abcdef.jpg%0A")]
    [InlineData("0123456789abcdef0123456789abcdef.jpg.part")]
    [InlineData("..%2Fmarket.db")]
    [InlineData("..%5Cmarket.db")]
    [InlineData("%2e%2e/market.db")]
    [InlineData("%252e%252e%252fmarket.db")]
    [InlineData("a/b.jpg")]
    [InlineData("")]
    public async Task Any_other_name_is_not_found_and_not_kept(string name)
    {
        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url("/photos/" + name);
            s.StatusCodeShouldBe(404);
        });
        CacheControl(result).ShouldNotContain("public");
    }

    private async Task<string> Store(byte[] file)
    {
        var outcome = await host.Services.GetRequiredService<PhotoStore>().SaveAsync(file, CancellationToken.None);
        return PhotoStore.UrlOf(outcome.Photo.ShouldNotBeNull().Name);
    }

    private static string[] CacheControl(IScenarioResult result) => [.. (result.Header("Cache-Control") ?? "").Split(", ").Order()];
}
