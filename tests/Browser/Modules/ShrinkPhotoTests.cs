using MarketChat.Tests.Support;

namespace MarketChat.Tests.Browser.Modules;

public sealed class ShrinkPhotoTests(KestrelHost host) : ModuleTest(host)
{
    private const int MaxBytes = 5 * 1024 * 1024;

    // Only the file headers: no browser can decode them.
    private static readonly byte[] _heic = [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[100]];
    private static readonly byte[] _avif = [0, 0, 0, 24, .. "ftypavif"u8, .. new byte[100]];

    [BrowserFact]
    public async Task A_large_picture_becomes_a_jpeg_of_at_most_1600_pixels()
    {
        (await Shrink(TestImages.Png(4_000, 3_000), "a.png", "image/png")).ShouldBe("a.jpg, image/jpeg, 1600 × 1200, made anew");
        (await Shrink(TestImages.Jpeg(1_000, 4_000), "a", "")).ShouldBe("a.jpg, image/jpeg, 400 × 1600, made anew");
    }

    [BrowserFact]
    public async Task A_picture_that_lies_on_its_side_is_turned()
    {
        var photo = await Shrink(TestImages.JpegWithGps(4_000, 2_000, orientation: 6), "a.jpg", "image/jpeg");

        photo.ShouldBe("a.jpg, image/jpeg, 800 × 1600, made anew");
    }

    [BrowserFact]
    public async Task A_small_picture_is_sent_as_it_is() =>
        (await Shrink(TestImages.Webp(40, 20), "a.webp", "image/webp")).ShouldBe("a.webp, image/webp, 40 × 20, the original");

    [BrowserFact]
    public async Task The_bytes_say_what_a_file_is_whatever_its_name_and_type()
    {
        foreach (var (name, type) in new[] { ("a.heic", "image/heic"), ("a.txt", "text/plain"), ("a.svg", "image/svg+xml") })
        {
            (await Shrink(TestImages.Jpeg(2_000, 1_000), name, type)).ShouldBe("a.jpg, image/jpeg, 1600 × 800, made anew");
            (await Shrink(TestImages.Png(40, 20), name, type)).ShouldNotBeNull().ShouldContain("40 × 20");
        }
    }

    [BrowserFact]
    public async Task A_picture_that_the_browser_cannot_open_is_sent_as_it_is_for_the_server_to_answer()
    {
        foreach (var bytes in new[] { _heic, _avif, [.. TestImages.JpegStart, 0xFF, 0xE0], TestImages.PngSignature })
        {
            (await Shrink(bytes, "a.jpg", "image/jpeg")).ShouldBe("a.jpg, image/jpeg, 0 × 0, the original");
        }
    }

    [BrowserFact]
    public async Task One_that_is_too_large_for_the_server_as_well_is_not()
    {
        (await Shrink(_heic, "a.heic", "image/heic", maxBytes: _heic.Length)).ShouldNotBeNull();
        (await Shrink(_heic, "a.heic", "image/heic", maxBytes: _heic.Length - 1)).ShouldBeNull();
    }

    [BrowserFact]
    public async Task A_small_picture_of_too_many_bytes_is_made_anew()
    {
        var png = TestImages.Png(40, 20, TestImages.Chunk("tEXt", new byte[50_000]));

        (await Shrink(png, "a.png", "image/png", maxBytes: 40_000)).ShouldBe("a.jpg, image/jpeg, 40 × 20, made anew");
    }

    [BrowserFact]
    public async Task What_is_no_picture_is_not_sent()
    {
        (await Shrink("hello"u8.ToArray(), "a.jpg", "image/jpeg")).ShouldBeNull();
        (await Shrink([], "a.jpg", "image/jpeg")).ShouldBeNull();
    }

    private async Task<string?> Shrink(byte[] content, string name, string type, int maxBytes = MaxBytes)
    {
        var page = await Blank();
        return await page.EvaluateAsync<string?>("""
            async ([content, name, type, maxBytes]) => {
              const { shrinkPhoto } = await import('/js/shrink-photo.js');
              const original = new File([Uint8Array.from(atob(content), character => character.charCodeAt(0))], name, { type });
              const photo = await shrinkPhoto(original, maxBytes);
              if (!photo) return null;
              const { file, width, height } = photo;
              return `${file.name}, ${file.type}, ${width} × ${height}, ${file === original ? 'the original' : 'made anew'}`;
            }
            """, new object[] { Convert.ToBase64String(content), name, type, maxBytes });
    }
}
