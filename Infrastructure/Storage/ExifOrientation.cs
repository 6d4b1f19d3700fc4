using System.Buffers.Binary;

namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// The one thing in EXIF that a picture needs: how it is to be turned and mirrored, 1 to 8, where 1 is upright and 5 to 8 lie on
/// their side (CIPA DC-008, tag Orientation; the layout is TIFF 6.0, section 2).
/// </summary>
internal static class ExifOrientation
{
    public const int Upright = 1;

    private const int HeaderLength = 8;
    private const int EntryLength = 12;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>The sides of a picture once it is turned.</summary>
    public static (int Width, int Height) Turn(int orientation, int width, int height) =>
        orientation is >= 5 and <= 8 ? (height, width) : (width, height);

    /// <summary>Metadata that makes no sense turns no picture: then the answer is <see cref="Upright"/>.</summary>
    /// <param name="tiff">EXIF from its byte order mark on.</param>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        var littleEndian = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < HeaderLength || (!littleEndian && !tiff.StartsWith("MM\0*"u8))) return Upright;

        var directoryAt = Long(tiff[4..]);
        if (directoryAt < HeaderLength || directoryAt > tiff.Length - sizeof(ushort)) return Upright;

        var entries = tiff[(int)directoryAt..];
        var count = Short(entries);
        entries = entries[sizeof(ushort)..];
        for (; count > 0 && entries.Length >= EntryLength; count--, entries = entries[EntryLength..])
        {
            if (Short(entries) != OrientationTag) continue;
            var isOneShort = Short(entries[2..]) == ShortType && Long(entries[4..]) == 1;
            return isOneShort && Short(entries[8..]) is >= 1 and <= 8 and var orientation ? orientation : Upright;
        }

        return Upright;

        ushort Short(ReadOnlySpan<byte> at) =>
            littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

        uint Long(ReadOnlySpan<byte> at) =>
            littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
    }

    /// <summary>EXIF that says the orientation and nothing else, from its byte order mark on.</summary>
    public static byte[] Write(int orientation) =>
    [
        .. "MM\0*"u8, 0, 0, 0, HeaderLength, // big-endian; the first directory follows
        0, 1, // one entry
        OrientationTag >> 8, OrientationTag & 0xFF, 0, (byte)ShortType, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
        0, 0, 0, 0, // no further directory
    ];
}
