using MarketChat.Infrastructure.Photos;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Photos;

public sealed class HostileFileTests
{
    // Passed by name: xunit would keep and print every byte of a test's arguments.
    public static TheoryData<string> HostileFiles => [.. HostileFile.All.Keys];
    public static TheoryData<string> Formats => [.. _photos.Keys];
    public static TheoryData<string> HeavyFiles => [.. _heavy.Keys];

    private const int Room = PhotoProcessor.MaxBytes - 1_000;

    private static readonly PhotoProcessor _processor = new();

    private static readonly Dictionary<string, byte[]> _photos = new()
    {
        { "JPEG", TestImages.JpegWithGps(orientation: 6) },
        { "PNG", TestImages.Png(16, 16, TestImages.Chunk("gAMA", 0, 0, 0xB1, 0x8F), TestImages.Chunk("tEXt", 1, 2, 3)) },
        { "WebP", TestImages.ExtendedWebp(16, 16, 0x08, TestImages.RiffChunk("EXIF", TestImages.Exif(1))) },
        { "lossy WebP", TestImages.LossyWebp },
        { "transparent WebP", TestImages.TransparentWebp },
    };

    private static readonly Dictionary<string, Func<byte[]>> _heavy = new()
    {
        { "padding before a marker", () => [.. TestImages.JpegStart, .. Repeat([0xFF])] },
        { "padding in a scan", () => [.. ScanStart, .. Repeat([0xFF])] },
        { "padded restarts", () => [.. ScanStart, .. Repeat([0xFF, 0xFF, 0xD0]), .. TestImages.JpegEnd] },
        { "stuffing", () => [.. ScanStart, .. Repeat([0xFF, 0x00]), .. TestImages.JpegEnd] },
        { "empty comments", () => TestImages.Jpeg(8, 8, Repeat(TestImages.Segment(0xFE))) },
        { "empty tables", () => TestImages.Jpeg(8, 8, Repeat(TestImages.Segment(0xDB))) },
        { "empty texts", () => TestImages.Png(8, 8, Repeat(TestImages.Chunk("tEXt"))) },
        { "empty picture data", () => TestImages.Png(8, 8, Repeat(TestImages.Chunk("IDAT"))) },
        { "empty chunks", () => TestImages.ExtendedWebp(8, 8, 0, Repeat(TestImages.RiffChunk("HACK"))) },
    };

    private static byte[] ScanStart => [.. TestImages.JpegStart, .. TestImages.JpegFrame(8, 8), .. TestImages.JpegScan, 0];

    [Theory, MemberData(nameof(HostileFiles))]
    public async Task A_hostile_file_is_refused_or_loses_its_sting(string name)
    {
        var file = HostileFile.All[name];
        var (photo, rejection) = await Process(file.Bytes);
        rejection.ShouldBe(file.Rejection);
        photo?.ShouldBeNothingButAPicture();
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task A_photo_cut_off_anywhere_is_refused_or_whole(string format)
    {
        var photo = _photos[format];
        var (whole, _) = await Process(photo);
        for (var length = 0; length < photo.Length; length++)
        {
            var (cut, rejection) = await Process(photo[..length]);
            (cut is null).ShouldBe(rejection is not null);
            cut?.Largest.Content.ShouldBe(whole!.Largest.Content, $"{format} of {length} bytes");
        }
    }

    [Theory, MemberData(nameof(Formats)), Trait("Category", "Slow")]
    public async Task A_photo_with_any_bit_turned_is_refused_or_comes_back_clean(string format)
    {
        var photo = _photos[format];
        for (var bit = 0; bit < photo.Length * 8; bit++)
        {
            byte[] damaged = [.. photo];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            (await Process(damaged)).Photo?.ShouldBeNothingButAPicture();
        }
    }

    [Theory, MemberData(nameof(Formats)), Trait("Category", "Slow")]
    public async Task A_photo_with_bytes_gone_or_doubled_is_refused_or_comes_back_clean(string format)
    {
        var photo = _photos[format];
        var chance = new Random(format.Length);
        for (var round = 0; round < 2_000; round++)
        {
            var (from, to) = (chance.Next(photo.Length), chance.Next(photo.Length));
            (await Process([.. photo[..from], .. photo[to..]])).Photo?.ShouldBeNothingButAPicture();
        }
    }

    [Theory, MemberData(nameof(HeavyFiles))]
    public async Task Five_megabytes_of_the_worst_come_to_an_end(string what)
    {
        var file = _heavy[what]();
        file.Length.ShouldBeLessThanOrEqualTo(PhotoProcessor.MaxBytes, what);
        (await Process(file)).Rejection.ShouldNotBe(PhotoRejection.TooSlow);
    }

    private static async Task<(ProcessedPhoto? Photo, PhotoRejection? Rejection)> Process(byte[] file)
    {
        try
        {
            return (await _processor.ProcessAsync(new MemoryStream(file), 1, CancellationToken.None), null);
        }
        catch (PhotoRejectedException exception)
        {
            return (null, exception.Reason);
        }
    }

    private static byte[] Repeat(byte[] unit)
    {
        var all = new byte[Room - Room % unit.Length];
        for (var at = 0; at < all.Length; at += unit.Length) unit.CopyTo(all, at);
        return all;
    }
}
