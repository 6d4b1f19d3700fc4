using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NetVips;

namespace MarketChat.Tests.Infrastructure.Photos;

public sealed class PhotoEndpointTests(MarketHost host) : IClassFixture<MarketHost>
{
    private static readonly string[] _forever = ["immutable", "max-age=31536000", "public"];

    [Theory]
    [InlineData("jpg", "image/jpeg")]
    [InlineData("png", "image/png")]
    [InlineData("webp", "image/webp")]
    public async Task A_stranger_sees_a_photo_as_a_picture_and_nothing_else_of_former_versions_too(string extension, string contentType)
    {
        var file = extension switch { "png" => TestImages.Png(), "webp" => TestImages.Webp(), _ => TestImages.Jpeg() };
        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url(KeepAsFormerVersion(file, extension));
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

    [Theory]
    [InlineData("", 1600, 1200)]
    [InlineData("?width=640", 640, 480)]
    [InlineData("?width=160", 160, 120)]
    public async Task A_photo_comes_in_three_widths(string query, int width, int height)
    {
        var url = await Store(TestImages.Jpeg(2000, 1500));

        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url + query);
            s.StatusCodeShouldBeOk();
            s.Header("Content-Type").SingleValueShouldEqual("image/webp");
        });

        CacheControl(result).ShouldBe(_forever);
        SizeOf(result).ShouldBe((width, height));
    }

    [Fact]
    public async Task Each_width_has_an_entity_tag_of_its_own()
    {
        var url = await Store(TestImages.Jpeg(700, 500));

        var tags = new List<string?>();
        foreach (var query in new[] { "", "?width=640", "?width=160" })
        {
            tags.Add((await host.Browser().Scenario(s => s.Get.Url(url + query))).Header("ETag"));
        }

        tags.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_photo_is_never_enlarged()
    {
        var url = await Store(TestImages.Png(300, 200));

        SizeOf(await host.Browser().Scenario(s => s.Get.Url(url + "?width=640"))).ShouldBe((300, 200));
        SizeOf(await host.Browser().Scenario(s => s.Get.Url(url + "?width=160"))).ShouldBe((160, 107));
    }

    [Theory]
    [InlineData("?width=161")]
    [InlineData("?width=0")]
    [InlineData("?width=-160")]
    [InlineData("?width=1600")]
    [InlineData("?width=")]
    [InlineData("?width=abc")]
    [InlineData("?width=160&width=640")]
    public async Task There_are_no_other_widths(string query)
    {
        var url = await Store(TestImages.Jpeg(700, 500));
        await host.Browser().Scenario(s =>
        {
            s.Get.Url(url + query);
            s.StatusCodeShouldBe(404);
        });
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task A_photo_of_a_former_version_gets_its_smaller_copies_when_they_are_first_asked_for(string extension)
    {
        var file = extension switch { "png" => TestImages.Png(800, 600), "webp" => TestImages.Webp(800, 600), _ =>
            TestImages.Jpeg(800, 600) };
        var url = KeepAsFormerVersion(file, extension);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.Browser().Scenario(s =>
        {
            s.Get.Url(url + "?width=160");
            s.StatusCodeShouldBeOk();
            s.Header("Content-Type").SingleValueShouldEqual("image/webp");
        })));

        foreach (var answer in answers) SizeOf(answer).ShouldBe((160, 120));
        var copies = Directory.GetFiles(Folder, $"{Path.GetFileNameWithoutExtension(url)}*").Select(Path.GetFileName).Order();
        copies.ShouldBe(
            new[] { 160, 640 }.Select(width => PhotoNames.CopyOf(Path.GetFileName(url), width)).Append(Path.GetFileName(url)).Order());
    }

    [Fact]
    public async Task A_photo_of_a_former_version_that_no_decoder_takes_is_served_as_it_is()
    {
        byte[] file = [.. TestImages.JpegStart, 0xFF, 0xE0, 0, 2, 1, 2, 3];
        var url = KeepAsFormerVersion(file, "jpg");
        (await host.Browser().Scenario(s =>
        {
            s.Get.Url(url + "?width=160");
            s.StatusCodeShouldBeOk();
        })).Body.ShouldBe(file);
    }

    [Fact]
    public async Task A_browser_that_has_the_photo_gets_304()
    {
        var url = await Store(TestImages.Jpeg());
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
        var url = await Store(TestImages.Jpeg());
        var result = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.WithRequestHeader("Range", "bytes=0-2");
            s.StatusCodeShouldBe(206);
        });
        result.Body.ShouldBe("RIF"u8.ToArray());
    }

    [Fact]
    public async Task The_headers_alone_can_be_asked_for()
    {
        var url = await Store(TestImages.Jpeg());
        await host.Browser().Scenario(s =>
        {
            s.Head.Url(url);
            s.Header("Content-Length").SingleValueShouldEqual($"{new FileInfo(Path.Combine(Folder, Path.GetFileName(url))).Length}");
        });
    }

    [Theory]
    [InlineData("If-Match", "\"another\"", 412)]
    [InlineData("Range", "bytes=999999-", 416)]
    public async Task An_answer_without_the_photo_is_not_kept_in_its_place(string header, string value, int status)
    {
        var url = await Store(TestImages.Jpeg());
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

    private string Folder => Path.Combine(host.StorageRoot, "photos");

    private async Task<string> Store(byte[] file) => PhotoNames.UrlOf((await host.AddPhoto((await host.AddUser("alice")).Id, file)).Name);

    private string KeepAsFormerVersion(byte[] file, string extension)
    {
        var name = Path.ChangeExtension(PhotoNames.NewPublic(), extension);
        host.Services.GetRequiredService<IPhotoStorage>();
        File.WriteAllBytes(Path.Combine(Folder, name), file);
        return PhotoNames.UrlOf(name);
    }

    private static (int Width, int Height) SizeOf(IScenarioResult result)
    {
        using var image = Image.NewFromBuffer(result.Body);
        return (image.Width, image.Height);
    }

    private static string[] CacheControl(IScenarioResult result) => [.. (result.Header("Cache-Control") ?? "").Split(", ").Order()];
}
