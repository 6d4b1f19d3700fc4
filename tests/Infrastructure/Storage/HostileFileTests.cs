using MarketChat.Infrastructure.Storage;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Storage;

public sealed class HostileFileTests
{
    // By name: xunit would keep and print every byte of what a test is given.
    public static TheoryData<string> HostileFiles => [.. HostileFile.All.Keys];
    public static TheoryData<string> Formats => [.. _photos.Keys];
    public static TheoryData<string> HeavyFiles => [.. _heavy.Keys];

    private const int Room = PhotoStore.MaxBytes - 1_000;

    private static readonly Dictionary<string, byte[]> _photos = new()
    {
        { "JPEG", Pictures.JpegWithGps(orientation: 6) },
        { "PNG", Pictures.Png(16, 16, Pictures.Chunk("gAMA", 0, 0, 0xB1, 0x8F), Pictures.Chunk("tEXt", 1, 2, 3)) },
        { "WebP", Pictures.ExtendedWebp(16, 16, 0x08, Pictures.RiffChunk("EXIF", Pictures.Exif(1))) },
        { "lossy WebP", Pictures.LossyWebp },
        { "transparent WebP", Pictures.TransparentWebp },
    };

    private static readonly Dictionary<string, Func<byte[]>> _heavy = new()
    {
        { "padding before a marker", () => [.. Pictures.JpegStart, .. Repeat([0xFF])] },
        { "padding in a scan", () => [.. ScanStart, .. Repeat([0xFF])] },
        { "padded restarts", () => [.. ScanStart, .. Repeat([0xFF, 0xFF, 0xD0]), .. Pictures.JpegEnd] },
        { "stuffing", () => [.. ScanStart, .. Repeat([0xFF, 0x00]), .. Pictures.JpegEnd] },
        { "empty comments", () => Pictures.Jpeg(8, 8, Repeat(Pictures.Segment(0xFE))) },
        { "empty tables", () => Pictures.Jpeg(8, 8, Repeat(Pictures.Segment(0xDB))) },
        { "empty texts", () => Pictures.Png(8, 8, Repeat(Pictures.Chunk("tEXt"))) },
        { "empty picture data", () => Pictures.Png(8, 8, Repeat(Pictures.Chunk("IDAT"))) },
        { "empty chunks", () => Pictures.ExtendedWebp(8, 8, 0, Repeat(Pictures.RiffChunk("HACK"))) },
    };

    private static byte[] ScanStart => [.. Pictures.JpegStart, .. Pictures.JpegFrame(8, 8), .. Pictures.JpegScan, 0];

    [Theory, MemberData(nameof(HostileFiles))]
    public void A_hostile_file_is_refused_or_loses_its_sting(string name)
    {
        var file = HostileFile.All[name];
        var photo = PhotoFile.Clean(file.Bytes, out var flaw);
        flaw.ShouldBe(file.Flaw);
        (photo is null).ShouldBe(flaw != PhotoFlaw.None);
        if (photo is null) return;

        photo.Content.Span.IndexOf(HostileFile.Sting).ShouldBe(-1);
        photo.Content.Span.IndexOf(Pictures.Latitude).ShouldBe(-1);
        photo.ShouldBeClean();
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_photo_cut_off_anywhere_is_refused(string format)
    {
        var photo = _photos[format];
        for (var length = 0; length < photo.Length; length++)
        {
            PhotoFile.Clean(photo.AsSpan(0, length), out var flaw).ShouldBeNull($"{format} of {length} bytes");
            flaw.ShouldNotBe(PhotoFlaw.None);
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_photo_with_any_bit_turned_is_refused_or_comes_back_clean(string format)
    {
        var photo = _photos[format];
        for (var bit = 0; bit < photo.Length * 8; bit++)
        {
            byte[] damaged = [.. photo];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            var cleaned = PhotoFile.Clean(damaged, out var flaw);
            (cleaned is null).ShouldBe(flaw != PhotoFlaw.None, $"{format}, bit {bit}");
            cleaned?.ShouldBeClean();
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_photo_with_bytes_gone_or_doubled_is_refused_or_comes_back_clean(string format)
    {
        var photo = _photos[format];
        var chance = new Random(format.Length);
        for (var round = 0; round < 5_000; round++)
        {
            var (from, to) = (chance.Next(photo.Length), chance.Next(photo.Length));
            PhotoFile.Clean([.. photo[..from], .. photo[to..]], out _)?.ShouldBeClean();
        }
    }

    [Theory, MemberData(nameof(HeavyFiles))]
    public async Task Five_megabytes_of_the_worst_take_no_longer_than_any_others(string what)
    {
        var file = _heavy[what]();
        file.Length.ShouldBeLessThanOrEqualTo(PhotoStore.MaxBytes, what);
        await Task.Run(() => PhotoFile.Clean(file, out _)).WaitAsync(TimeSpan.FromSeconds(10)); // A quadratic reader takes hours.
    }

    private static byte[] Repeat(byte[] unit)
    {
        var all = new byte[Room - Room % unit.Length];
        for (var at = 0; at < all.Length; at += unit.Length) unit.CopyTo(all, at);
        return all;
    }
}
