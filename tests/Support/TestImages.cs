using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MarketChat.Tests.Support;

/// <summary>Images generated in code: valid images of one colour and any size, and their parts, for building invalid images.</summary>
public static class TestImages
{
    /// <summary>The latitude 37° 33' 59.16" as EXIF encodes it. Tests check that stored copies do not contain it.</summary>
    public static readonly byte[] Latitude = [.. Big(37u), .. Big(1u), .. Big(33u), .. Big(1u), .. Big(5916u), .. Big(100u)];

    public static readonly byte[] PngSignature = [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n'];

    /// <summary>A grey baseline JPEG with <paramref name="metadata"/> (see <see cref="Segment"/>) after its JFIF header.</summary>
    public static byte[] Jpeg(int width = 16, int height = 16, params byte[][] metadata) =>
        [.. JpegStart, .. Jfif, .. Join(metadata), .. JpegPicture(width, height), .. JpegEnd];

    /// <summary>A JPEG as a phone's camera creates it, with an EXIF orientation and a GPS position.</summary>
    public static byte[] JpegWithGps(int width = 16, int height = 16, int orientation = 1) => Jpeg(width, height, ExifSegment(orientation));

    /// <summary>A green PNG with <paramref name="metadata"/> (see <see cref="Chunk"/>) after its header.</summary>
    public static byte[] Png(int width = 16, int height = 16, params byte[][] metadata) =>
        [.. PngSignature, .. PngHeader(width, height), .. Join(metadata), .. Chunk("IDAT", PngPicture(width, height)), .. PngEnd];

    /// <summary>A green lossless WebP.</summary>
    public static byte[] Webp(int width = 16, int height = 16) => Riff(RiffChunk("VP8L", Vp8L(width, height)));

    /// <summary>A green lossless WebP in the extended layout; <paramref name="metadata"/> (see <see cref="RiffChunk"/>) follows.</summary>
    public static byte[] ExtendedWebp(int width = 16, int height = 16, byte flags = 0, params byte[][] metadata) =>
        Riff([Vp8X(width, height, flags), RiffChunk("VP8L", Vp8L(width, height)), .. metadata]);

    /// <summary>The smallest lossy WebP: one pixel.</summary>
    public static byte[] LossyWebp { get; } = Convert.FromBase64String("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");

    /// <summary>A lossy WebP of one pixel with an alpha channel.</summary>
    public static byte[] TransparentWebp { get; } = Convert.FromBase64String(
        "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==");

    public static byte[] JpegStart { get; } = [0xFF, 0xD8];
    public static byte[] JpegEnd { get; } = [0xFF, 0xD9];
    public static byte[] Jfif { get; } = Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
    public static byte[] JpegQuantization { get; } = Segment(0xDB, [0, .. Enumerable.Repeat((byte)1, 64)]);

    /// <summary>Huffman tables with one code, "0": a DC difference of zero, and for AC the end of the block.</summary>
    public static byte[] JpegHuffman { get; } = Segment(0xC4, [0x00, 1, .. new byte[15], 0, 0x10, 1, .. new byte[15], 0]);

    public static byte[] JpegScan { get; } = Segment(0xDA, [1, 1, 0, 0, 63, 0]);

    /// <param name="marker">0xC0 for a baseline JPEG.</param>
    public static byte[] JpegFrame(int width, int height, byte marker = 0xC0) =>
        Segment(marker, [8, .. Big((ushort)height), .. Big((ushort)width), 1, 1, 0x11, 0]);

    /// <summary>Two bits for each 8×8 block, padded with ones.</summary>
    public static byte[] JpegEntropy(int width, int height)
    {
        var bits = 2 * ((width + 7) / 8) * ((height + 7) / 8);
        var data = new byte[(bits + 7) / 8];
        if (bits % 8 != 0) data[^1] = (byte)(0xFF >> (bits % 8));
        return data;
    }

    /// <summary>The tables, the frame and the scan.</summary>
    public static byte[] JpegPicture(int width, int height) =>
        [.. JpegQuantization, .. JpegFrame(width, height), .. JpegHuffman, .. JpegScan, .. JpegEntropy(width, height)];

    /// <summary>A marker segment: marker, length, content.</summary>
    public static byte[] Segment(byte marker, params byte[] content) => [0xFF, marker, .. Big((ushort)(content.Length + 2)), .. content];

    /// <summary>An APP1 segment with orientation and GPS.</summary>
    public static byte[] ExifSegment(int orientation) => Segment(0xE1, [.. "Exif\0\0"u8, .. Exif(orientation)]);

    /// <summary>
    /// EXIF data from its byte order mark on, with an orientation and a GPS directory that contains <see cref="Latitude"/>.
    /// </summary>
    public static byte[] Exif(int orientation) =>
    [
        .. "MM\0*"u8, .. Big(8u),
        .. Big((ushort)2),
        .. Entry(0x0112, 3, 1, (uint)orientation << 16),
        .. Entry(0x8825, 4, 1, 38),
        .. Big(0u),
        .. Big((ushort)1),
        .. Entry(0x0002, 5, 3, 56),
        .. Big(0u),
        .. Latitude,
    ];

    /// <summary>EXIF data in little-endian order, with an orientation only.</summary>
    public static byte[] LittleEndianExif(int orientation) =>
        [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] PngEnd { get; } = Chunk("IEND");

    public static byte[] PngHeader(int width, int height, byte bitDepth = 8, byte colourType = 2, byte interlace = 0) =>
        Chunk("IHDR", [.. Big((uint)width), .. Big((uint)height), bitDepth, colourType, 0, 0, interlace]);

    /// <summary>Rows of three bytes per pixel, each after the filter type 0 (none).</summary>
    public static byte[] PngPicture(int width, int height)
    {
        byte[] row = [0, .. Enumerable.Range(0, width).SelectMany(_ => new byte[] { 0x1A, 0x7F, 0x37 })];
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++) zlib.Write(row);
        }

        return compressed.ToArray();
    }

    /// <summary>A PNG chunk: length, type, data, and a valid checksum.</summary>
    public static byte[] Chunk(string type, params byte[] data)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. Big((uint)data.Length), .. checkedPart, .. Big(Crc(checkedPart))];
    }

    /// <summary>A WebP file with these chunks and a valid size.</summary>
    public static byte[] Riff(params byte[][] chunks) => RiffChunk("RIFF", [.. "WEBP"u8, .. Join(chunks)]);

    /// <summary>A RIFF chunk: type, length, data, padding.</summary>
    public static byte[] RiffChunk(string type, params byte[] data) =>
        [.. Encoding.ASCII.GetBytes(type), .. Little((uint)data.Length), .. data, .. new byte[data.Length % 2]];

    public static byte[] Vp8X(int width, int height, byte flags) =>
        RiffChunk("VP8X", [flags, 0, 0, 0, .. Little((uint)width - 1)[..3], .. Little((uint)height - 1)[..3]]);

    /// <summary>All pixels have the same colour: each of the five prefix codes has only one symbol, which takes no bits.</summary>
    public static byte[] Vp8L(int width, int height)
    {
        var bits = new BitWriter();
        bits.Write(0x2F, 8);
        bits.Write(width - 1, 14);
        bits.Write(height - 1, 14);
        bits.Write(0, 4); // no alpha, version 0
        bits.Write(0, 3); // no transform, no colour cache, one group of codes
        foreach (var colour in (int[])[0x7F, 0x1A, 0x37, 0xFF]) // green, red, blue, alpha
        {
            bits.Write(0b101, 3); // a simple code of one symbol of eight bits
            bits.Write(colour, 8);
        }

        bits.Write(0b0001, 4); // distance: a simple code of the symbol 0
        return bits.ToArray();
    }

    public static byte[] Join(params byte[][] parts)
    {
        using var all = new MemoryStream();
        foreach (var part in parts) all.Write(part);
        return all.ToArray();
    }

    public static byte[] Big(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Big(ushort value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Little(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Entry(ushort tag, ushort type, uint count, uint value) =>
        [.. Big(tag), .. Big(type), .. Big(count), .. Big(value)];

    // Computed bit by bit as the specification describes it, independently of the app's implementation, so that an error in either shows.
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ (crc >> 1);
        }

        return ~crc;
    }

    private sealed class BitWriter
    {
        private readonly List<byte> _bytes = [];
        private int _used = 8;

        /// <summary>Writes the lowest bit first.</summary>
        public void Write(int value, int count)
        {
            for (var bit = 0; bit < count; bit++)
            {
                if (_used == 8)
                {
                    _bytes.Add(0);
                    _used = 0;
                }

                _bytes[^1] |= (byte)((value >> bit & 1) << _used++);
            }
        }

        public byte[] ToArray() => [.. _bytes];
    }
}
