using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// PNG, as laid out in the W3C's Portable Network Graphics specification, third edition: a signature, then chunks from IHDR to IEND,
/// each with a checksum. Stay: the critical chunks, and of the others those that decide colours and transparency, and the orientation.
/// Of an animation stays the picture that it has for decoders that know no animation.
/// </summary>
internal ref struct Png
{
    private readonly ArrayBufferWriter<byte> _output;
    private readonly HashSet<string> _kept = [];
    private ByteReader _input;
    private string _previous = "";
    private int? _orientation;

    private Png(ReadOnlySpan<byte> file)
    {
        _input = new ByteReader(file[Signature.Length..]);
        _output = new ArrayBufferWriter<byte>(file.Length);
        _output.Write(Signature);
    }

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <returns>Null when the file is not a PNG to the letter.</returns>
    public static PhotoFile? Clean(ReadOnlySpan<byte> file) => new Png(file).Clean();

    private PhotoFile? Clean()
    {
        if (!TryTakeChunk(out var header) || header.Type != "IHDR" || !IsHeader(header.Data) || !TryKeep(header)) return null;
        var colourType = header.Data[9];
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header.Data), BinaryPrimitives.ReadInt32BigEndian(header.Data[4..]));

        while (TryTakeChunk(out var chunk))
        {
            if (!IsInPlace(chunk, colourType) || !TryKeep(chunk)) return null;
            if (chunk.Type == "IEND") return Finish(width, height);
            _previous = chunk.Type;
        }

        return null;
    }

    // Section 5.3: length of the data, type, data, CRC of type and data.
    private bool TryTakeChunk(out Chunk chunk)
    {
        chunk = default;
        var rest = _input.Rest;
        if (!_input.TryTake(4, out var length) || !_input.TryTake(4, out var type)) return false;
        if (!_input.TryTake(BinaryPrimitives.ReadUInt32BigEndian(length), out var data) || !_input.TryTake(4, out var crc)) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(crc) != Crc32.Of(rest.Slice(4, 4 + data.Length))) return false;
        chunk = new Chunk(Encoding.Latin1.GetString(type), data, rest[..(12 + data.Length)]);
        return true;
    }

    // Section 11.2, IHDR: width, height, bit depth, colour type, compression, filter, interlace.
    private static bool IsHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13) return false;
        if (BinaryPrimitives.ReadInt32BigEndian(data) <= 0 || BinaryPrimitives.ReadInt32BigEndian(data[4..]) <= 0) return false;
        var (bitDepth, colourType) = (data[8], data[9]);
        var allowed = colourType switch
        {
            ColourType.Greyscale => bitDepth is 1 or 2 or 4 or 8 or 16,
            ColourType.Indexed => bitDepth is 1 or 2 or 4 or 8,
            ColourType.Truecolour or ColourType.GreyscaleAlpha or ColourType.TruecolourAlpha => bitDepth is 8 or 16,
            _ => false,
        };
        return allowed && data[10] == 0 && data[11] == 0 && data[12] <= 1;
    }

    private readonly bool IsInPlace(Chunk chunk, byte colourType) => chunk.Type switch
    {
        "PLTE" => !_kept.Contains("IDAT") && chunk.Data.Length is > 0 and <= 256 * 3 && chunk.Data.Length % 3 == 0
            && colourType is not (ColourType.Greyscale or ColourType.GreyscaleAlpha),
        "IDAT" => (_previous == "IDAT" || !_kept.Contains("IDAT")) && (colourType != ColourType.Indexed || _kept.Contains("PLTE")),
        "IEND" => _kept.Contains("IDAT") && chunk.Data.IsEmpty,
        _ => !chunk.IsCritical, // Section 5.4: a critical chunk that one does not know is an error.
    };

    // A second header or palette is an error, and so is a second colour profile: decoders would differ about which one holds.
    private bool TryKeep(Chunk chunk)
    {
        if (chunk.Type == "eXIf") KeepOrientation(chunk.Data);
        if (!chunk.IsCritical && (!DecidesColours(chunk) || _kept.Contains("IDAT"))) return true;
        if (!_kept.Add(chunk.Type) && chunk.Type != "IDAT") return false;
        _output.Write(chunk.Whole);
        return true;
    }

    // Section 11.3.1 and 11.3.2, with the lengths given there.
    private static bool DecidesColours(Chunk chunk) => (chunk.Type, chunk.Data.Length) switch
    {
        ("tRNS", <= 256) or ("gAMA", 4) or ("cHRM", 32) or ("sRGB", 1) or ("sBIT", <= 4) or ("cICP", 4) or ("iCCP", _) => true,
        _ => false,
    };

    // Section 11.3.4, eXIf: EXIF from its byte order mark on.
    private void KeepOrientation(ReadOnlySpan<byte> exif)
    {
        if (_orientation is not null || _kept.Contains("IDAT")) return;
        _orientation = ExifOrientation.Read(exif);
        if (_orientation != ExifOrientation.Upright) WriteChunk("eXIf"u8, ExifOrientation.Write(_orientation.Value));
    }

    private readonly PhotoFile Finish(int width, int height)
    {
        (width, height) = ExifOrientation.Turn(_orientation ?? ExifOrientation.Upright, width, height);
        return new PhotoFile("png", width, height, _output.WrittenMemory);
    }

    private readonly void WriteChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] checkedPart = [.. type, .. data];
        WriteNumber((uint)data.Length);
        _output.Write(checkedPart);
        WriteNumber(Crc32.Of(checkedPart));
    }

    private readonly void WriteNumber(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(sizeof(uint)), value);
        _output.Advance(sizeof(uint));
    }

    private readonly ref struct Chunk(string type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> whole)
    {
        public string Type { get; } = type;
        public ReadOnlySpan<byte> Data { get; } = data;
        public ReadOnlySpan<byte> Whole { get; } = whole;

        // Section 5.4: a small first letter marks what a decoder may pass over.
        public bool IsCritical => !char.IsAsciiLetterLower(Type[0]);
    }

    private static class ColourType
    {
        public const byte Greyscale = 0;
        public const byte Truecolour = 2;
        public const byte Indexed = 3;
        public const byte GreyscaleAlpha = 4;
        public const byte TruecolourAlpha = 6;
    }

    /// <summary>The checksum of annex D.</summary>
    private static class Crc32
    {
        private const uint Polynomial = 0xEDB88320;

        private static readonly uint[] _table = [.. Enumerable.Range(0, 256).Select(value => OfByte((uint)value))];

        public static uint Of(ReadOnlySpan<byte> bytes)
        {
            var crc = uint.MaxValue;
            foreach (var value in bytes) crc = _table[(byte)(crc ^ value)] ^ (crc >> 8);
            return ~crc;
        }

        private static uint OfByte(uint value)
        {
            for (var bit = 0; bit < 8; bit++) value = (value & 1) == 0 ? value >> 1 : Polynomial ^ (value >> 1);
            return value;
        }
    }
}
