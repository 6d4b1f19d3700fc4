using System.Text;
using MarketChat.Infrastructure.Photos;
using static MarketChat.Tests.Support.TestImages;

namespace MarketChat.Tests.Infrastructure.Photos;

/// <summary>Files as an attacker or a failing disk might produce them.</summary>
/// <param name="Rejection">The reason for the rejection; null if the file is accepted, without its <see cref="Script"/>.</param>
public sealed record HostileFile(string Name, byte[] Bytes, PhotoRejection? Rejection)
{
    /// <summary>A script that no stored copy may contain.</summary>
    public static byte[] Script { get; } = Text("<script>alert(document.cookie)</script>");

    private static readonly byte[] _html = [.. Text("<!doctype html><html><body>"), .. Script];
    private static readonly byte[] _script = [.. Text("/*"), .. Script, .. Text("*/=1;alert(1)")];
    private static readonly byte[] _svg =
        [.. Text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>"), .. Script, .. Text("</svg>")];
    private static readonly byte[] _zip =
        [.. Text("PK\u0003\u0004"), .. new byte[26], .. Script, .. Text("PK\u0005\u0006"), .. new byte[18]];
    private static readonly byte[] _pdf = [.. Text("%PDF-1.7\n"), .. Script, .. Text("\n%%EOF")];

    public static readonly Dictionary<string, HostileFile> All =
        new[] { Strangers(), Polyglots(), Jpegs(), Pngs(), Webps() }.SelectMany(files => files).ToDictionary(file => file.Name);

    private static IEnumerable<HostileFile> Strangers()
    {
        yield return new("an empty file", [], PhotoRejection.Empty);
        yield return new("a page named photo.jpg", _html, PhotoRejection.NotAPhoto);
        yield return new("an SVG", _svg, PhotoRejection.NotAPhoto);
        yield return new("a script", _script, PhotoRejection.NotAPhoto);
        yield return new("a ZIP", _zip, PhotoRejection.NotAPhoto);
        yield return new("a PDF", _pdf, PhotoRejection.NotAPhoto);
        yield return new("a GIF", [.. Text("GIF89a"), 1, 0, 1, 0, 0, 0, 0, .. Script], PhotoRejection.NotAPhoto);
        yield return new("a BMP", [.. Text("BM"), .. Little(70), .. new byte[64]], PhotoRejection.NotAPhoto);
        yield return new("a TIFF", Exif(1), PhotoRejection.NotAPhoto);
        yield return new("a HEIC", [.. Big(24u), .. Text("ftypheic"), .. new byte[4], .. Text("mif1heic"), .. new byte[32]],
            PhotoRejection.Heic);
        yield return new("an AVIF", [.. Big(28u), .. Text("ftypmif1"), .. new byte[4], .. Text("mif1avifmiaf"), .. new byte[32]],
            PhotoRejection.Avif);
        yield return new("a film", [.. Big(24u), .. Text("ftypisom"), .. new byte[4], .. Text("isommp42"), .. Script],
            PhotoRejection.NotAPhoto);
        yield return new("a box that is longer than the file", [.. Big(uint.MaxValue), .. Text("ftyp")], PhotoRejection.NotAPhoto);
        yield return new("a JPEG XL", [0xFF, 0x0A, .. new byte[32]], PhotoRejection.NotAPhoto);
        yield return new("a JPEG 2000", [.. Big(12u), .. Text("jP  \r\n\u0087\n"), .. new byte[32]], PhotoRejection.NotAPhoto);
        yield return new("an AVI", RiffChunk("RIFF", [.. Text("AVI LIST"), .. Script]), PhotoRejection.NotAPhoto);
        yield return new("a WAV", RiffChunk("RIFF", [.. Text("WAVEfmt "), .. Script]), PhotoRejection.NotAPhoto);
        yield return new("a big-endian RIFX", [.. Text("RIFX"), .. Webp()[4..]], PhotoRejection.NotAPhoto);
        yield return new("a single byte", [0xFF], PhotoRejection.NotAPhoto);
        yield return new("a PNG whose line breaks were rewritten", [0x89, .. Text("PNG\n\u001A\n"), .. Png()[8..]],
            PhotoRejection.NotAPhoto);
        yield return new("a file one byte too large", [.. JpegStart, .. new byte[PhotoProcessor.MaxBytes - 1]], PhotoRejection.TooLarge);
    }

    private static IEnumerable<HostileFile> Polyglots()
    {
        foreach (var (format, picture) in new[] { ("JPEG", Jpeg()), ("PNG", Png()), ("WebP", Webp()), ("lossy WebP", LossyWebp) })
        {
            foreach (var (kind, other) in new[] { ("page", _html), ("script", _script), ("SVG", _svg), ("ZIP", _zip), ("PDF", _pdf) })
            {
                yield return new($"a {format} with a {kind} behind it", [.. picture, .. other], null);
                yield return new($"a {format} with a {kind} before it", [.. other, .. picture], PhotoRejection.NotAPhoto);
            }

            yield return new($"a {format} with another behind it", [.. picture, .. JpegWithGps(), .. Script], null);
        }
    }

    private static IEnumerable<HostileFile> Jpegs()
    {
        yield return Harmless("a comment", Jpeg(16, 16, Segment(0xFE, Script)));
        yield return Harmless("XMP", Jpeg(16, 16, Segment(0xE1, [.. Text("http://ns.adobe.com/xap/1.0/\0"), .. Script])));
        yield return Harmless("IPTC", Jpeg(16, 16, Segment(0xED, [.. Text("Photoshop 3.0\0"), .. Script])));
        yield return Harmless("a multi-picture index", Jpeg(16, 16, Segment(0xE2, [.. Text("MPF\0"), .. Script])));
        yield return Harmless("a JFIF thumbnail", Before([.. Segment(0xE0, [.. Text("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 13, 1, .. Script])]));
        yield return Harmless("a JFXX thumbnail", Jpeg(16, 16, Segment(0xE0, [.. Text("JFXX\0"), 0x10, .. Script])));
        yield return Harmless("an Adobe segment with a tail",
            Jpeg(16, 16, Segment(0xEE, [.. Text("Adobe"), 0, 100, 0, 0, 0, 0, 0, .. Script])));
        yield return Harmless("EXIF of one entry that claims 65,535",
            Jpeg(16, 16, Segment(0xE1, [.. Text("Exif\0\0MM\0*"), 0, 0, 0, 8, 0xFF, 0xFF, .. Script])));
        yield return Harmless("EXIF that points behind itself",
            Jpeg(16, 16, Segment(0xE1, [.. Text("Exif\0\0MM\0*"), 0xFF, 0xFF, 0xFF, 0xFF, .. Script])));
        yield return Harmless("an orientation of 9", Jpeg(16, 16, ExifSegment(9)));
        yield return Harmless("metadata between the scans",
            Bare([.. JpegPicture(8, 8), .. ExifSegment(6), .. Segment(0xE2, [.. Text("ICC_PROFILE\0"), 1, 1, .. Script])]));
        yield return Harmless("a run of padding before a marker", Before([.. Enumerable.Repeat((byte)0xFF, 100_000)]));

        yield return Damaged("nothing but a signature", [0xFF, 0xD8, 0xFF]);
        yield return Damaged("nothing but padding", [.. JpegStart, .. Enumerable.Repeat((byte)0xFF, 100_000)]);
        yield return Damaged("no picture", Bare(Jfif));
        yield return Damaged("a frame without a scan", Bare([.. JpegQuantization, .. JpegFrame(8, 8)]));
        yield return Damaged("a scan without a frame", Bare([.. JpegHuffman, .. JpegScan, 0x3F]));
        yield return Damaged("a scan without data", Bare([.. JpegFrame(8, 8), .. JpegScan]));
        yield return Damaged("a scan of a component that is not there",
            Bare([.. JpegFrame(8, 8), .. Segment(0xDA, 1, 2, 0, 0, 63, 0), 0x3F]));
        yield return Damaged("two frames", Before(JpegFrame(8, 8)));
        yield return Damaged("a JPEG inside", [.. JpegStart, .. Jpeg()]);
        yield return Harmless("no end", Jpeg()[..^2]);
        yield return Harmless("a segment of length 0", Before([0xFF, 0xFE, 0, 0]));
        yield return Harmless("a segment of length 1", Before([0xFF, 0xFE, 0, 1]));
        yield return Damaged("a segment longer than the file", Before([0xFF, 0xFE, 0xFF, 0xFF]));
        yield return Harmless("bytes between its segments", Before([.. Jfif, .. Script]));
        yield return Harmless("a restart outside a scan", Before([0xFF, 0xD0]));
        yield return Damaged("no width", Bare([.. JpegPicture(0, 8), 0]));
        yield return Damaged("no height", Bare([.. JpegPicture(8, 0), 0]));
        yield return Damaged("a frame of twelve bits", Bare([.. Segment(0xC1, 12, 0, 8, 0, 8, 1, 1, 0x11, 0), .. JpegScan, 0x3F]));
        yield return Damaged("a frame of more components than it has",
            Bare([.. Segment(0xC0, 8, 0, 8, 0, 8, 3, 1, 0x11, 0), .. JpegScan, 0x3F]));
        yield return Damaged("a sampling factor of 0", Bare([.. Segment(0xC0, 8, 0, 8, 0, 8, 1, 1, 0x10, 0), .. JpegScan, 0x3F]));
        yield return Damaged("a quantization table cut short", Before(Segment(0xDB, 0, 1, 1, 1)));
        yield return Damaged("a quantization table with a tail", Before([.. Segment(0xDB, [0, .. new byte[64], .. Script])]));
        yield return Damaged("a Huffman table of 4,080 codes",
            Before([.. Segment(0xC4, [0, .. Enumerable.Repeat((byte)0xFF, 16), .. new byte[4080]])]));
        yield return Damaged("thousands of scans",
            Bare([.. JpegFrame(8, 8, 0xC2), .. Join([.. Enumerable.Repeat<byte[]>([.. JpegScan, 0x3F], 5_000)])]));
        foreach (var marker in (byte[])[0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7])
        {
            yield return Damaged($"a frame of kind {marker:X2}, which no browser shows",
                Bare([.. JpegFrame(8, 8, marker), .. JpegScan, 0x3F]));
        }

        yield return Harmless("12,001 pixels in a row", Bare(JpegPicture(12_001, 1)));
        yield return new("a JPEG of 65,000 by 65,000", Bare([.. JpegFrame(65_000, 65_000), .. JpegScan, 0x3F]),
            PhotoRejection.TooManyPixels);
        yield return new("a JPEG of 65,535 by 65,535", Bare([.. JpegFrame(65_535, 65_535), .. JpegScan, 0x3F]), PhotoRejection.Damaged);

        static byte[] Before(byte[] start) => Bare([.. start, .. JpegPicture(8, 8)]);
        static byte[] Bare(byte[] inside) => [.. JpegStart, .. inside, .. JpegEnd];
        static HostileFile Harmless(string what, byte[] bytes) => new($"a JPEG with {what}", bytes, null);
        static HostileFile Damaged(string what, byte[] bytes) => new($"a JPEG with {what}", bytes, PhotoRejection.Damaged);
    }

    private static IEnumerable<HostileFile> Pngs()
    {
        var data = Chunk("IDAT", PngPicture(8, 8));
        foreach (var type in (string[])["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "pHYs", "bKGD", "acTL", "fcTL", "fdAT", "prVt"])
        {
            yield return Harmless($"a chunk {type}", Png(8, 8, Chunk(type, Script)));
        }

        yield return Harmless("a text behind its picture",
            [.. PngSignature, .. PngHeader(8, 8), .. data, .. Chunk("tEXt", Script), .. PngEnd]);
        yield return Harmless("a gamma too long to be one", Png(8, 8, Chunk("gAMA", Script)));
        yield return Harmless("thousands of tiny chunks", Png(8, 8, [.. Enumerable.Repeat(Chunk("tEXt", Script), 5_000)]));

        yield return Damaged("nothing but a signature", PngSignature);
        yield return Damaged("no header", [.. PngSignature, .. data, .. PngEnd]);
        yield return Damaged("a header that is not first", WithData([.. Chunk("gAMA", 0, 0, 0, 1), .. PngHeader(8, 8)]));
        yield return Damaged("two headers", Png(8, 8, PngHeader(4, 4)));
        yield return Damaged("a header of 12 bytes", WithData(Chunk("IHDR", new byte[12])));
        yield return Damaged("no picture", [.. PngSignature, .. PngHeader(8, 8), .. PngEnd]);
        yield return Harmless("no end", [.. PngSignature, .. PngHeader(8, 8), .. data]);
        yield return Harmless("an end with a tail", [.. PngSignature, .. PngHeader(8, 8), .. data, .. Chunk("IEND", Script)]);
        yield return Harmless("a picture in two places", WithData([.. PngHeader(8, 8), .. data, .. Chunk("tEXt", 0)]));
        yield return Harmless("a wrong checksum", Flip(Png(8, 8), 29));
        yield return Harmless("a wrong checksum of what is dropped anyway", Flip(Png(8, 8, Chunk("tEXt", Script)), 45));
        yield return Damaged("a chunk longer than the file",
            [.. PngSignature, .. PngHeader(8, 8), .. Big(0x7FFFFFFF), .. data[4..], .. PngEnd]);
        yield return Damaged("a chunk of negative length",
            [.. PngSignature, .. PngHeader(8, 8), .. Big(0xFFFFFFFF), .. data[4..], .. PngEnd]);
        yield return Damaged("an unknown critical chunk", Png(8, 8, Chunk("HACK", Script)));
        yield return Damaged("Apple's own chunk first", WithData([.. Chunk("CgBI", 0x50, 0, 0x20, 2), .. PngHeader(8, 8)]));
        yield return Damaged("no width", WithData(PngHeader(0, 8)));
        yield return Damaged("no height", WithData(PngHeader(8, 0)));
        yield return Damaged("a negative width", WithData(PngHeader(-8, 8)));
        yield return Damaged("a bit depth of 3", WithData(PngHeader(8, 8, bitDepth: 3)));
        yield return Damaged("true colours of one bit", WithData(PngHeader(8, 8, bitDepth: 1)));
        yield return Damaged("a colour type of 5", WithData(PngHeader(8, 8, colourType: 5)));
        yield return Damaged("an interlace method of 2", WithData(PngHeader(8, 8, interlace: 2)));
        yield return Damaged("colours by number and no palette", WithData(PngHeader(8, 8, colourType: 3)));
        yield return Harmless("a palette of 4 bytes", Png(8, 8, Chunk("PLTE", 1, 2, 3, 4)));
        yield return Harmless("a palette of 257 colours", Png(8, 8, Chunk("PLTE", new byte[257 * 3])));
        yield return Harmless("two palettes", Png(8, 8, Chunk("PLTE", 1, 2, 3), Chunk("PLTE", 1, 2, 3)));
        yield return Harmless("two colour profiles", Png(8, 8, Chunk("iCCP", 1), Chunk("iCCP", 2)));

        yield return new("a PNG of 1 by 12,001", WithData(PngHeader(1, 12_001)), PhotoRejection.Damaged);
        yield return new("a PNG of 12,000 by 12,000", WithData(PngHeader(12_000, 12_000)), PhotoRejection.TooManyPixels);
        yield return new("a PNG of 2,147,483,647 each way", WithData(PngHeader(int.MaxValue, int.MaxValue)), PhotoRejection.Damaged);

        byte[] WithData(byte[] start) => [.. PngSignature, .. start, .. data, .. PngEnd];
        static HostileFile Harmless(string what, byte[] bytes) => new($"a PNG with {what}", bytes, null);
        static HostileFile Damaged(string what, byte[] bytes) => new($"a PNG with {what}", bytes, PhotoRejection.Damaged);
    }

    private static IEnumerable<HostileFile> Webps()
    {
        var picture = RiffChunk("VP8L", Vp8L(8, 8));
        var lossy = LossyWebp[20..];
        yield return Harmless("EXIF", ExtendedWebp(8, 8, 0x08, RiffChunk("EXIF", [.. Exif(6), .. Script])));
        yield return Harmless("XMP", ExtendedWebp(8, 8, 0x04, RiffChunk("XMP ", Script)));
        yield return Harmless("an unknown chunk", ExtendedWebp(8, 8, 0, RiffChunk("HACK", Script)));
        yield return Harmless("a profile in the simple layout", Riff(picture, RiffChunk("ICCP", Script)));
        yield return Damaged("transparency beside a lossless picture", Riff(Vp8X(8, 8, 0x10), RiffChunk("ALPH", Script), picture));
        yield return Harmless("thousands of tiny chunks", Riff([picture, .. Enumerable.Repeat(RiffChunk("HACK", Script), 5_000)]));

        yield return Damaged("nothing but a header", Riff());
        yield return Damaged("a size of 0", [.. Text("RIFF"), .. Little(0), .. Webp()[8..]]);
        yield return Damaged("a size larger than the file", [.. Text("RIFF"), .. Little(1_000_000), .. Webp()[8..]]);
        yield return Damaged("the largest size there is", [.. Text("RIFF"), .. Little(uint.MaxValue), .. Webp()[8..]]);
        yield return Damaged("a size that cuts its picture", [.. Text("RIFF"), .. Little(20), .. Webp()[8..]]);
        yield return Damaged("a chunk larger than the file", Riff([.. Text("VP8L"), .. Little(uint.MaxValue), .. Vp8L(8, 8)]));
        yield return Damaged("an odd chunk without its padding", Riff([.. Text("VP8L"), .. Little(5), 0x2F, 7, 0xC0, 1, 0]));
        yield return Damaged("its metadata first", Riff(RiffChunk("XMP ", Script), picture));
        yield return Damaged("no picture", Riff(Vp8X(8, 8, 0), RiffChunk("XMP ", Script)));
        yield return Damaged("an empty picture", Riff(RiffChunk("VP8L")));
        yield return Damaged("two pictures", Riff(Vp8X(8, 8, 0), picture, picture));
        yield return Damaged("two extended headers", Riff(Vp8X(8, 8, 0), Vp8X(8, 8, 0), picture));
        yield return Harmless("two profiles", Riff(Vp8X(8, 8, 0x20), RiffChunk("ICCP", 1), RiffChunk("ICCP", 2), picture));
        yield return Damaged("an extended header of 9 bytes", Riff(RiffChunk("VP8X", new byte[9]), picture));
        yield return Damaged("a canvas larger than its picture", Riff(Vp8X(9, 8, 0), picture));
        yield return Damaged("a canvas smaller than its picture", Riff(Vp8X(8, 1, 0), picture));
        yield return Damaged("the largest canvas there is", Riff(Vp8X(1 << 24, 1 << 24, 0), picture));
        yield return Harmless("an animation",
            Riff(Vp8X(8, 8, 0x02), RiffChunk("ANIM", new byte[6]), RiffChunk("ANMF", [.. new byte[16], .. picture])));
        yield return Damaged("a frame of animation beside its picture",
            Riff(Vp8X(8, 8, 0), picture, RiffChunk("ANMF", [.. new byte[16], .. picture])));
        yield return Damaged("a lossless signature that is none", Riff(RiffChunk("VP8L", [0x2E, .. Vp8L(8, 8)[1..]])));
        yield return Damaged("a lossless version of 7", Riff(RiffChunk("VP8L", 0x2F, 7, 0xC0, 1, 0xE0, 0)));
        yield return Damaged("a lossy picture of 9 bytes", Riff(RiffChunk("VP8 ", lossy[..9])));
        yield return Damaged("a lossy picture that starts with no key frame",
            Riff(RiffChunk("VP8 ", [(byte)(lossy[0] | 1), .. lossy[1..]])));
        yield return Damaged("a lossy start code that is none", Riff(RiffChunk("VP8 ", Flip(lossy, 3))));
        yield return Damaged("a first partition larger than the picture", Riff(RiffChunk("VP8 ", [lossy[0], 0xFF, 0xFF, .. lossy[3..]])));
        yield return Damaged("no width", Riff(RiffChunk("VP8 ", [.. lossy[..6], 0, 0, .. lossy[8..]])));
        yield return Damaged("no height", Riff(RiffChunk("VP8 ", [.. lossy[..8], 0, 0, .. lossy[10..]])));

        yield return new("a WebP of 16,384 by 1", Webp(16_384, 1), PhotoRejection.Damaged);
        yield return new("a WebP of 16,384 by 16,384", Webp(16_384, 16_384), PhotoRejection.Damaged);

        static HostileFile Harmless(string what, byte[] bytes) => new($"a WebP with {what}", bytes, null);
        static HostileFile Damaged(string what, byte[] bytes) => new($"a WebP with {what}", bytes, PhotoRejection.Damaged);
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Flip(byte[] bytes, int at)
    {
        byte[] changed = [.. bytes];
        changed[at] ^= 0xFF;
        return changed;
    }
}
