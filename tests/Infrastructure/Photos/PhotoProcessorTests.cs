using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;
using NetVips;
using static MarketChat.Tests.Support.TestImages;

namespace MarketChat.Tests.Infrastructure.Photos;

/// <summary>The stored copies of a photo, compared pixel by pixel with what an image viewer shows.</summary>
public sealed class PhotoProcessorTests
{
    private static readonly int[] _red = [255, 0, 0], _green = [0, 255, 0], _blue = [0, 0, 255], _white = [255, 255, 255];

    private static readonly string _demoFolder = Path.Combine(AppContext.BaseDirectory, "Infrastructure/Data/DemoPhotos");

    private static readonly PhotoProcessor _processor = new();

    // Top left, top right, bottom left, bottom right.
    private static readonly int[][] _corners = [_red, _green, _blue, _white];

    private static readonly Dictionary<string, (Func<byte[]> File, int Width, int Height, int[][] Corners, int Tolerance)> _shown = new()
    {
        { "CMYK with Adobe's inverted values",
            (Sample("cmyk_adobe.jpg"), 64, 48, [[235, 30, 40], [0, 145, 65], [45, 50, 145], _white], 24) },
        { "a JPEG whose profile swaps red and green", (Sample("icc_swapped_red_green.jpg"), 64, 48, [_green, _red, _blue, _white], 24) },
        { "a PNG whose profile swaps red and green", (Sample("icc_swapped_red_green.png"), 64, 48, [_green, _red, _blue, _white], 24) },
        { "16 bits a channel and transparency",
            (Sample("rgba16_transparent_left.png"), 32, 32, [[0, 0, 0, 0], [255, 0, 0, 255], [0, 0, 0, 0], [255, 0, 0, 255]], 24) },
        { "an interlaced PNG", (Sample("interlaced_red.png"), 8, 8, [_red, _red, _red, _red], 24) },
        { "an animated PNG", (Sample("animated_red_green.png"), 16, 16, [_red, _red, _red, _red], 24) },
        { "an animated WebP", (Sample("animated_red_green_exif_gps.webp"), 16, 16, [_red, _red, _red, _red], 24) },
        { "a JPEG without its end marker", (Sample("no_eoi.jpg"), 64, 48, _corners, 24) },
        { "a second photo behind the first", (Sample("mpo_second_photo_has_gps.jpg"), 64, 48, _corners, 24) },
        { "a film behind the photo", (Sample("samsung_motion.jpg"), 64, 48, _corners, 24) },
        { "a JPEG turned by EXIF", (Sample("exif_gps_orient6.jpg"), 48, 64, [_blue, _red, _white, _green], 24) },
        { "a progressive JPEG", (() => Corners().JpegsaveBuffer(interlace: true), 320, 240, _corners, 24) },
        { "a progressive JPEG without its end marker", (() => Corners().JpegsaveBuffer(interlace: true)[..^2], 320, 240, _corners, 24) },
        { "an interlaced PNG of 16 bits", (() => Sixteen().PngsaveBuffer(interlace: true, bitdepth: 16), 320, 240, _corners, 24) },
        { "an indexed PNG", (() => Corners().PngsaveBuffer(palette: true), 320, 240, _corners, 24) },
        { "a grey JPEG", (() => Jpeg(64, 48), 64, 48, [[128, 128, 128], [128, 128, 128], [128, 128, 128], [128, 128, 128]], 4) },
        { "a PNG without its end", (() => Corners().PngsaveBuffer()[..^12], 320, 240, _corners, 24) },
        { "a PNG with an enormous text", (() => Png(16, 16, Chunk("tEXt", [.. "Comment\0"u8, .. Enumerable.Repeat((byte)'x', 3_000_000)])),
            16, 16, [[26, 127, 55], [26, 127, 55], [26, 127, 55], [26, 127, 55]], 8) },
        { "a lossless WebP", (() => Webp(40, 30), 40, 30, [[26, 127, 55], [26, 127, 55], [26, 127, 55], [26, 127, 55]], 8) },
        { "a WebP with its own metadata", (() => ExtendedWebp(40, 30, 0x08, RiffChunk("EXIF", Exif(1))), 40, 30,
            [[26, 127, 55], [26, 127, 55], [26, 127, 55], [26, 127, 55]], 8) },
    };

    private static readonly Dictionary<string, (Func<byte[]> File, PhotoRejection Reason)> _refused = new()
    {
        { "a JPEG that promises 65,000 by 65,000", (Sample("lying_size_65000.jpg"), PhotoRejection.TooManyPixels) },
        { "a PNG that promises 60,000 by 60,000", (Sample("bomb_header_only_60000x60000.png"), PhotoRejection.TooManyPixels) },
        { "a WebP larger than the format allows", (Sample("bomb_16384x16384.webp"), PhotoRejection.Damaged) },
        { "an AVIF named photo.jpg", (Sample("avif_named.jpg"), PhotoRejection.Avif) },
        { "a JPEG of 12 bits", (() => HostileFile.All["a JPEG with a frame of twelve bits"].Bytes, PhotoRejection.Damaged) },
        { "half a JPEG", (() => Half(Noise().JpegsaveBuffer()), PhotoRejection.Damaged) },
        { "half a progressive JPEG", (() => Half(Noise().JpegsaveBuffer(interlace: true)), PhotoRejection.Damaged) },
        { "half a PNG", (() => Half(Noise().PngsaveBuffer()), PhotoRejection.Damaged) },
        { "half a WebP", (() => Half(Noise().WebpsaveBuffer()), PhotoRejection.Damaged) },
        { "a TIFF", (() => Corners().TiffsaveBuffer(), PhotoRejection.NotAPhoto) },
        { "a GIF", (() => Corners().GifsaveBuffer(), PhotoRejection.NotAPhoto) },
    };

    public static TheoryData<string> Shown => [.. _shown.Keys];
    public static TheoryData<string> Refused => [.. _refused.Keys];
    public static TheoryData<string> DemoPhotos => [.. Directory.GetFiles(_demoFolder, "*.jpg").Select(path => Path.GetFileName(path))];

    [Theory, MemberData(nameof(Shown))]
    public async Task A_photo_is_stored_as_a_viewer_shows_it(string what)
    {
        var (file, width, height, corners, tolerance) = _shown[what];

        var photo = await Process(file());

        (photo.Largest.Width, photo.Largest.Height).ShouldBe((width, height));
        photo.ShouldBeNothingButAPicture();
        foreach (var copy in photo.Smaller.Prepend(photo.Largest))
        {
            foreach (var (index, colour) in corners.Index())
            {
                copy.ShouldShow(index % 2 == 0 ? 0.15 : 0.85, index < 2 ? 0.15 : 0.85, colour, tolerance);
            }
        }
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task What_cannot_be_shown_is_refused(string what)
    {
        var (file, reason) = _refused[what];
        (await Should.ThrowAsync<PhotoRejectedException>(() => Process(file()))).Reason.ShouldBe(reason);
    }

    [Theory, MemberData(nameof(DemoPhotos))]
    public async Task The_demo_photos_are_taken(string name)
    {
        var photo = await Process(await File.ReadAllBytesAsync(Path.Combine(_demoFolder, name)));
        photo.Largest.Width.ShouldBeGreaterThan(640);
        photo.ShouldBeNothingButAPicture();
    }

    [Theory]
    [InlineData(1, 40, 20)]
    [InlineData(2, 40, 20)]
    [InlineData(3, 40, 20)]
    [InlineData(4, 40, 20)]
    [InlineData(5, 20, 40)]
    [InlineData(6, 20, 40)]
    [InlineData(7, 20, 40)]
    [InlineData(8, 20, 40)]
    public async Task A_turned_photo_is_turned_for_good(int orientation, int width, int height)
    {
        foreach (var exif in new[] { Exif(orientation), LittleEndianExif(orientation) })
        {
            foreach (var file in new[] { Jpeg(40, 20, Segment(0xE1, [.. "Exif\0\0"u8, .. exif])), Png(40, 20, Chunk("eXIf", exif)) })
            {
                var photo = await Process(file);
                (photo.Largest.Width, photo.Largest.Height).ShouldBe((width, height));
                photo.ShouldBeNothingButAPicture();
            }
        }
    }

    [Theory]
    [InlineData(4000, 3000, "1600x1200 640x480 160x120")]
    [InlineData(3000, 4000, "1200x1600 640x853 160x213")]
    [InlineData(1600, 1600, "1600x1600 640x640 160x160")]
    [InlineData(640, 480, "640x480 160x120")]
    [InlineData(641, 480, "641x480 640x479 160x120")]
    [InlineData(160, 90, "160x90")]
    [InlineData(1, 1, "1x1")]
    [InlineData(8, 12_001, "1x1600")]
    [InlineData(12_001, 8, "1600x1 640x1 160x1")]
    public async Task A_photo_is_kept_in_up_to_three_widths_and_never_enlarged(int width, int height, string expected)
    {
        var photo = await Process(Jpeg(width, height));
        string.Join(' ', photo.Smaller.Prepend(photo.Largest).Select(copy => $"{copy.Width}x{copy.Height}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData(10_000, 5_000, null)]
    [InlineData(10_000, 5_001, PhotoRejection.TooManyPixels)]
    [InlineData(5_001, 10_000, PhotoRejection.TooManyPixels)]
    public async Task A_photo_has_up_to_50_million_pixels(int width, int height, PhotoRejection? expected)
    {
        var file = Jpeg(width, height);
        if (expected is null) (await Process(file)).Largest.Width.ShouldBe(1600);
        else (await Should.ThrowAsync<PhotoRejectedException>(() => Process(file))).Reason.ShouldBe(expected.Value);
    }

    [Fact]
    public async Task A_picture_that_takes_too_long_is_given_up()
    {
        using var hurried = new PhotoProcessor { TimeLimit = TimeSpan.Zero };
        var exception = await Should.ThrowAsync<PhotoRejectedException>(
            () => hurried.ProcessAsync(new MemoryStream(Jpeg(2000, 2000)), 1, CancellationToken.None));
        exception.Reason.ShouldBe(PhotoRejection.TooSlow);
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_gets_an_end_of_it()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _processor.ProcessAsync(new MemoryStream(Jpeg()), 1, cancelled.Token));
    }

    private static Task<ProcessedPhoto> Process(byte[] file) => _processor.ProcessAsync(new MemoryStream(file), 1, CancellationToken.None);

    private static Func<byte[]> Sample(string name) => () => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Samples", name));

    /// <summary>A 320×240 image with a red, green, blue and white quarter.</summary>
    private static Image Corners()
    {
        var colours = _corners.Select(colour => (Image.Black(160, 120, bands: 3) + colour.Select(value => (double)value).ToArray())
            .Cast(Enums.BandFormat.Uchar)).ToArray();
        return Image.Arrayjoin(colours, across: 2).Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static Image Sixteen() =>
        (Corners().Cast(Enums.BandFormat.Ushort) * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);

    private static Image Noise() =>
        Image.Gaussnoise(400, 300, mean: 128, sigma: 40).Bandjoin(Image.Gaussnoise(400, 300), Image.Gaussnoise(400, 300))
            .Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);

    private static byte[] Half(byte[] file) => file[..(file.Length / 2)];
}
