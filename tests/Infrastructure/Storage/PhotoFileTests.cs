using MarketChat.Infrastructure.Storage;
using MarketChat.Tests.Support;
using static MarketChat.Tests.Support.Pictures;

namespace MarketChat.Tests.Infrastructure.Storage;

public sealed class PhotoFileTests
{
    private static readonly string _demoFolder = Path.Combine(AppContext.BaseDirectory, "Infrastructure/Data/DemoPhotos");

    public static TheoryData<string> DemoPhotos =>
        [.. Directory.GetFiles(_demoFolder, "*.jpg").Select(path => Path.GetFileName(path))];

    [Theory]
    [InlineData(16, 16)]
    [InlineData(1, 1)]
    [InlineData(640, 480)]
    [InlineData(33, 700)]
    public void A_photo_without_metadata_comes_back_as_it_is(int width, int height)
    {
        var files = new[] { ("jpg", Jpeg(width, height)), ("png", Png(width, height)), ("webp", Webp(width, height)) };
        foreach (var (extension, file) in files)
        {
            var photo = Clean(file);
            (photo.Extension, photo.Width, photo.Height).ShouldBe((extension, width, height));
            photo.Content.ToArray().ShouldBe(file);
        }
    }

    [Theory, MemberData(nameof(DemoPhotos))]
    public void The_demo_photos_are_taken(string name)
    {
        var photo = Clean(File.ReadAllBytes(Path.Combine(_demoFolder, name)));
        photo.Extension.ShouldBe("jpg");
        photo.Width.ShouldBeGreaterThan(100);
        photo.ShouldBeClean();
    }

    [Fact]
    public void A_photo_with_gps_comes_back_without()
    {
        byte[][] files =
        [
            JpegWithGps(),
            JpegWithGps(orientation: 6),
            Png(16, 16, Chunk("eXIf", Exif(1))),
            Png(16, 16, Chunk("eXIf", Exif(6))),
            ExtendedWebp(16, 16, 0x08, RiffChunk("EXIF", Exif(1))),
        ];
        foreach (var file in files)
        {
            file.AsSpan().IndexOf(Latitude).ShouldBeGreaterThan(0);
            Clean(file).Content.Span.IndexOf(Latitude).ShouldBe(-1);
        }
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
    public void A_turned_photo_stays_turned_and_has_the_size_that_is_shown(int orientation, int width, int height)
    {
        byte[] minimal =
        [
            .. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        foreach (var exif in new[] { Exif(orientation), LittleEndianExif(orientation) })
        {
            var jpeg = Clean(Jpeg(40, 20, Segment(0xE1, [.. "Exif\0\0"u8, .. exif])));
            (jpeg.Width, jpeg.Height).ShouldBe((width, height));
            jpeg.Content.ToArray().ShouldBe(orientation == 1 ? Jpeg(40, 20) : Jpeg(40, 20, Segment(0xE1, [.. "Exif\0\0"u8, .. minimal])));

            var png = Clean(Png(40, 20, Chunk("eXIf", exif)));
            (png.Width, png.Height).ShouldBe((width, height));
            png.Content.ToArray().ShouldBe(orientation == 1 ? Png(40, 20) : Png(40, 20, Chunk("eXIf", minimal)));
        }
    }

    [Fact]
    public void Of_two_orientations_the_first_holds()
    {
        byte[][] files = [Jpeg(40, 20, ExifSegment(6), ExifSegment(1)), Png(40, 20, Chunk("eXIf", Exif(6)), Chunk("eXIf", Exif(1)))];
        foreach (var file in files)
        {
            var photo = Clean(file);
            (photo.Width, photo.Height).ShouldBe((20, 40));
            photo.ShouldBeClean();
        }
    }

    [Fact]
    public void A_jpeg_keeps_what_decides_its_colours()
    {
        byte[][] colours = [Segment(0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, 1, 2, 3]), Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1])];
        Clean(Jpeg(16, 16, [Segment(0xFE, 1, 2, 3), .. colours])).Content.ToArray().ShouldBe(Jpeg(16, 16, colours));
    }

    [Fact]
    public void A_jpeg_loses_the_thumbnail_in_its_header()
    {
        var jfif = Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9]);
        byte[] file = [.. JpegStart, .. jfif, .. JpegPicture(8, 8), .. JpegEnd];
        Clean(file).Content.ToArray().ShouldBe(Jpeg(8, 8));
    }

    [Fact]
    public void A_progressive_jpeg_with_restarts_and_padding_is_taken()
    {
        byte[] scan = [.. JpegScan, 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xFF, 0xD1, 0x78];
        byte[] file =
        [
            .. JpegStart, .. JpegQuantization, .. Segment(0xDD, 0, 1), .. JpegFrame(24, 8, 0xC2), .. JpegHuffman,
            .. scan, 0xFF, 0xFF, .. JpegHuffman, .. scan, .. JpegEnd,
        ];
        var photo = Clean(file);
        (photo.Width, photo.Height).ShouldBe((24, 8));
        photo.ShouldBeClean();
    }

    [Fact]
    public void A_png_keeps_what_decides_its_colours()
    {
        byte[][] colours =
        [
            Chunk("gAMA", 0, 0, 0xB1, 0x8F), Chunk("cHRM", new byte[32]), Chunk("sRGB", 0), Chunk("sBIT", 8, 8, 8), Chunk("iCCP", 1, 2, 3),
            Chunk("cICP", 1, 13, 0, 1), Chunk("tRNS", 0, 1, 0, 2, 0, 3),
        ];
        Clean(Png(16, 16, [Chunk("tIME", new byte[7]), .. colours, Chunk("tEXt", 1)])).Content.ToArray().ShouldBe(Png(16, 16, colours));
    }

    [Fact]
    public void A_png_of_numbered_colours_keeps_its_palette()
    {
        byte[] file =
        [
            .. PngSignature, .. PngHeader(8, 8, colourType: 3), .. Chunk("PLTE", 1, 2, 3, 4, 5, 6), .. Chunk("tRNS", 0),
            .. Chunk("IDAT", 1), .. Chunk("IDAT", 2), .. PngEnd,
        ];
        Clean(file).Content.ToArray().ShouldBe(file);
    }

    [Fact]
    public void An_animated_png_comes_back_still()
    {
        byte[] file =
        [
            .. PngSignature, .. PngHeader(8, 8), .. Chunk("acTL", new byte[8]), .. Chunk("fcTL", new byte[26]),
            .. Chunk("IDAT", PngPicture(8, 8)), .. Chunk("fcTL", new byte[26]), .. Chunk("fdAT", new byte[99]), .. PngEnd,
        ];
        Clean(file).Content.ToArray().ShouldBe(Png(8, 8));
    }

    [Fact]
    public void A_webp_with_nothing_but_metadata_beside_its_picture_comes_back_simple()
    {
        var file = ExtendedWebp(16, 16, 0x0C, RiffChunk("EXIF", Exif(1)), RiffChunk("XMP ", 1, 2, 3));
        Clean(file).Content.ToArray().ShouldBe(Webp(16, 16));
    }

    [Fact]
    public void A_webp_keeps_its_profile_and_no_flag_of_what_went()
    {
        byte[][] rest = [RiffChunk("ICCP", 1, 2, 3), RiffChunk("VP8L", Vp8L(16, 9))];
        var file = Riff([Vp8X(16, 9, 0x3C), .. rest, RiffChunk("EXIF", Exif(1))]);
        Clean(file).Content.ToArray().ShouldBe(Riff([Vp8X(16, 9, 0x30), .. rest]));
    }

    [Fact]
    public void A_lossy_webp_keeps_its_transparency()
    {
        foreach (var file in new[] { LossyWebp, TransparentWebp })
        {
            var photo = Clean(file);
            (photo.Width, photo.Height).ShouldBe((1, 1));
            photo.Content.ToArray().ShouldBe(file);
        }
    }

    [Theory]
    [InlineData(12_000, 4_166, PhotoFlaw.None)]
    [InlineData(4_166, 12_000, PhotoFlaw.None)]
    [InlineData(10_000, 5_000, PhotoFlaw.None)]
    [InlineData(10_000, 5_001, PhotoFlaw.TooManyPixels)]
    [InlineData(12_001, 1, PhotoFlaw.TooManyPixels)]
    [InlineData(1, 12_001, PhotoFlaw.TooManyPixels)]
    public void A_photo_has_sides_of_up_to_12000_pixels_and_50_million_in_all(int width, int height, PhotoFlaw expected)
    {
        byte[][] files =
        [
            Jpeg(width, height),
            [.. PngSignature, .. PngHeader(width, height), .. Chunk("IDAT", 1), .. PngEnd],
            Webp(width, height),
        ];
        foreach (var file in files)
        {
            PhotoFile.Clean(file, out var flaw);
            flaw.ShouldBe(expected);
        }
    }

    private static PhotoFile Clean(byte[] file)
    {
        var photo = PhotoFile.Clean(file, out var flaw);
        flaw.ShouldBe(PhotoFlaw.None);
        return photo.ShouldNotBeNull();
    }
}
