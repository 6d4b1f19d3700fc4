using System.Buffers;
using System.Buffers.Binary;

namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// JPEG, as laid out in ITU T.81, Annex B: a sequence of marker segments, from start to end of image. Stay: the frame, its tables,
/// its scans, and of the application data what decides colours (JFIF, ICC profile, Adobe's transform) and the orientation.
/// </summary>
internal ref struct Jpeg
{
    // A browser goes over the whole picture once for every progressive scan, and an empty scan takes a dozen bytes.
    // Encoders use about ten.
    private const int MaxScans = 100;

    private const int JfifLength = 14;
    private const int AdobeLength = 12;

    private readonly ArrayBufferWriter<byte> _output;
    private ByteReader _input;
    private ReadOnlySpan<byte> _frame;
    private int? _orientation;
    private int _scans;

    private Jpeg(ReadOnlySpan<byte> file)
    {
        _input = new ByteReader(file[2..]);
        _output = new ArrayBufferWriter<byte>(file.Length);
        WriteMarker(Marker.StartOfImage);
    }

    private static ReadOnlySpan<byte> Signature => [0xFF, (byte)Marker.StartOfImage, 0xFF];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <returns>Null when the file is not a JPEG to the letter, or one of the kinds that browsers do not show.</returns>
    public static PhotoFile? Clean(ReadOnlySpan<byte> file) => new Jpeg(file).Clean();

    // The first end of image is the end: what cameras and polyglots put behind it stays behind.
    private PhotoFile? Clean()
    {
        while (TryTakeMarker(out var marker))
        {
            if (marker == Marker.EndOfImage) return Finish();
            if (!TryTakeSegment(out var content) || !TryKeep(marker, content)) return null;
        }

        return null;
    }

    // B.1.1.2: any number of 0xFF may stand before a marker.
    private bool TryTakeMarker(out Marker marker)
    {
        marker = default;
        var padding = _input.Rest.IndexOfAnyExcept((byte)0xFF);
        if (padding < 1 || !_input.TryTake((uint)padding + 1, out var taken)) return false;
        marker = (Marker)taken[^1];
        return true;
    }

    // B.1.1.4: a segment's length counts its own two bytes.
    private bool TryTakeSegment(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (!_input.TryTake(sizeof(ushort), out var length)) return false;
        var size = BinaryPrimitives.ReadUInt16BigEndian(length);
        return size >= sizeof(ushort) && _input.TryTake((uint)size - sizeof(ushort), out content);
    }

    private bool TryKeep(Marker marker, ReadOnlySpan<byte> content)
    {
        switch (marker)
        {
            case Marker.Comment or (>= Marker.App0 and <= Marker.App15):
                KeepApplicationData(marker, content);
                return true;
            case Marker.QuantizationTables when AreQuantizationTables(content):
            case Marker.HuffmanTables when AreHuffmanTables(content):
            case Marker.RestartInterval when content.Length == sizeof(ushort):
                WriteSegment(marker, content);
                return true;
            case Marker.BaselineFrame or Marker.ExtendedFrame or Marker.ProgressiveFrame when _frame.IsEmpty && IsFrame(content):
                _frame = content;
                WriteSegment(marker, content);
                return true;
            case Marker.StartOfScan when IsScan(content):
                WriteSegment(marker, content);
                return ++_scans <= MaxScans && TryKeepEntropyCodedData();
            default:
                // Malformed, or lossless, hierarchical, arithmetic-coded: browsers show none of them.
                return false;
        }
    }

    private void KeepApplicationData(Marker marker, ReadOnlySpan<byte> content)
    {
        // Decoders look for it only in front of the picture.
        if (_scans > 0) return;

        switch (marker)
        {
            case Marker.App0 when content.StartsWith("JFIF\0"u8) && content.Length >= JfifLength:
                WriteSegment(marker, [.. content[..(JfifLength - 2)], 0, 0]); // a thumbnail of 0 by 0
                break;
            case Marker.App1 when content.StartsWith("Exif\0"u8) && content.Length > 6 && _orientation is null:
                _orientation = ExifOrientation.Read(content[6..]);
                if (_orientation != ExifOrientation.Upright)
                    WriteSegment(marker, [.. "Exif\0\0"u8, .. ExifOrientation.Write(_orientation.Value)]);
                break;
            case Marker.App2 when content.StartsWith("ICC_PROFILE\0"u8):
                WriteSegment(marker, content);
                break;
            case Marker.App14 when content.StartsWith("Adobe"u8) && content.Length >= AdobeLength:
                WriteSegment(marker, content[..AdobeLength]);
                break;
        }
    }

    // B.2.4.1: tables of 64 values, of one or two bytes each, one behind the other.
    private static bool AreQuantizationTables(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            var (precision, destination) = (content[0] >> 4, content[0] & 0xF);
            var length = 1 + 64 * (precision + 1);
            if (precision > 1 || destination > 3 || content.Length < length) return false;
            content = content[length..];
        }

        return true;
    }

    // B.2.4.2: how many codes there are of each length from 1 to 16, then the values that they stand for.
    private static bool AreHuffmanTables(ReadOnlySpan<byte> content)
    {
        const int countsEnd = 1 + 16;
        while (!content.IsEmpty)
        {
            var (tableClass, destination) = (content[0] >> 4, content[0] & 0xF);
            if (tableClass > 1 || destination > 3 || content.Length < countsEnd) return false;
            var values = 0;
            foreach (var count in content[1..countsEnd]) values += count;
            if (values > 256 || content.Length < countsEnd + values) return false;
            content = content[(countsEnd + values)..];
        }

        return true;
    }

    // B.2.2: precision, height, width, then three bytes for each component. A height of 0 would come later (DNL), which browsers
    // do not wait for; of precisions they know 8 bits.
    private static bool IsFrame(ReadOnlySpan<byte> content)
    {
        if (content.Length < 6 || content[0] != 8 || HeightOf(content) == 0 || WidthOf(content) == 0) return false;
        if (content[5] is not (1 or 3 or 4) || content.Length != 6 + 3 * content[5]) return false;
        for (var component = content[6..]; !component.IsEmpty; component = component[3..])
        {
            var (horizontal, vertical) = (component[1] >> 4, component[1] & 0xF);
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || component[2] > 3) return false;
        }

        return true;
    }

    private static int HeightOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);

    private static int WidthOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);

    // B.2.3: up to four of the frame's components, two bytes each, and three bytes of how far the scan goes.
    private readonly bool IsScan(ReadOnlySpan<byte> content)
    {
        if (_frame.IsEmpty || content.IsEmpty || content[0] is < 1 or > 4 || content.Length != 4 + 2 * content[0]) return false;
        for (var selector = content[1..^3]; !selector.IsEmpty; selector = selector[2..])
        {
            if (!HasComponent(selector[0])) return false;
        }

        return true;
    }

    private readonly bool HasComponent(byte id)
    {
        for (var component = _frame[6..]; !component.IsEmpty; component = component[3..])
        {
            if (component[0] == id) return true;
        }

        return false;
    }

    // B.1.1.5: goes on to the first marker that is neither a stuffed 0xFF nor a restart.
    private bool TryKeepEntropyCodedData()
    {
        var rest = _input.Rest;
        var end = 0;
        while (true)
        {
            var markerAt = rest[end..].IndexOf((byte)0xFF);
            if (markerAt < 0) return false;
            end += markerAt;
            var padding = rest[end..].IndexOfAnyExcept((byte)0xFF);
            if (padding < 0) return false;
            if ((Marker)rest[end + padding] is not (Marker.Stuffing or (>= Marker.Restart0 and <= Marker.Restart7))) break;
            end += padding + 1;
        }

        if (end == 0 || !_input.TryTake((uint)end, out var data)) return false;
        _output.Write(data);
        return true;
    }

    private readonly PhotoFile? Finish()
    {
        if (_scans == 0) return null;
        WriteMarker(Marker.EndOfImage);
        var (width, height) = ExifOrientation.Turn(_orientation ?? ExifOrientation.Upright, WidthOf(_frame), HeightOf(_frame));
        return new PhotoFile("jpg", width, height, _output.WrittenMemory);
    }

    private readonly void WriteSegment(Marker marker, ReadOnlySpan<byte> content)
    {
        WriteMarker(marker);
        BinaryPrimitives.WriteUInt16BigEndian(_output.GetSpan(sizeof(ushort)), (ushort)(content.Length + sizeof(ushort)));
        _output.Advance(sizeof(ushort));
        _output.Write(content);
    }

    private readonly void WriteMarker(Marker marker) => _output.Write<byte>([0xFF, (byte)marker]);

    /// <summary>The second byte of a marker (table B.1); the first is always 0xFF.</summary>
    private enum Marker : byte
    {
        Stuffing = 0x00,
        BaselineFrame = 0xC0,
        ExtendedFrame = 0xC1,
        ProgressiveFrame = 0xC2,
        HuffmanTables = 0xC4,
        Restart0 = 0xD0,
        Restart7 = 0xD7,
        StartOfImage = 0xD8,
        EndOfImage = 0xD9,
        StartOfScan = 0xDA,
        QuantizationTables = 0xDB,
        RestartInterval = 0xDD,
        App0 = 0xE0,
        App1 = 0xE1,
        App2 = 0xE2,
        App14 = 0xEE,
        App15 = 0xEF,
        Comment = 0xFE,
    }
}
