using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// WebP, as laid out in RFC 9649: a RIFF file of chunks. Stay: the picture (VP8 or VP8L), its transparency (ALPH) and its colour
/// profile (ICCP), in the shortest container that holds them.
/// </summary>
/// <remarks>
/// Animations are refused. Every frame is a picture of its own that browsers decode, so a small file could keep them busy for as
/// long as it likes; and what is for sale does not move. The orientation goes with the rest of EXIF: Chromium does not heed it in WebP.
/// </remarks>
internal ref struct Webp
{
    private const int RiffHeaderLength = 8;
    private const int ExtendedHeaderLength = 10;
    private const byte ProfileFlag = 0x20;
    private const byte AlphaFlag = 0x10;

    private ByteReader _input;
    private ReadOnlySpan<byte> _extended;
    private ReadOnlySpan<byte> _profile;
    private ReadOnlySpan<byte> _alpha;
    private ReadOnlySpan<byte> _picture;
    private string _pictureType = "";
    private int _width;
    private int _height;

    private Webp(ReadOnlySpan<byte> file) => _input = new ByteReader(file);

    private static ReadOnlySpan<byte> StartCode => [0x9D, 0x01, 0x2A];

    public static bool Begins(ReadOnlySpan<byte> file) =>
        file.StartsWith("RIFF"u8) && file.Length >= 12 && file[RiffHeaderLength..].StartsWith("WEBP"u8);

    /// <returns>Null when the file is not a WebP to the letter, or moves.</returns>
    public static PhotoFile? Clean(ReadOnlySpan<byte> file) => new Webp(file).Clean();

    private PhotoFile? Clean()
    {
        if (!TryEnterRiff()) return null;
        for (var isFirst = true; !_input.Rest.IsEmpty; isFirst = false)
        {
            if (!TryTakeChunk(out var type, out var data) || !TryKeep(type, data, isFirst)) return null;
        }

        if (_picture.IsEmpty || !CanvasFits()) return null;
        return new PhotoFile("webp", _width, _height, Write());
    }

    // Section 2.4: the size counts from "WEBP" on. What is behind it is not the picture's.
    private bool TryEnterRiff()
    {
        if (!_input.TryTake(RiffHeaderLength, out var header)) return false;
        if (!_input.TryTake(BinaryPrimitives.ReadUInt32LittleEndian(header[4..]), out var riff)) return false;
        _input = new ByteReader(riff);
        return _input.TryTake(4, out _);
    }

    // Section 2.3: type, size, data, and a byte of padding when the size is odd.
    private bool TryTakeChunk(out string type, out ReadOnlySpan<byte> data)
    {
        type = "";
        data = default;
        if (!_input.TryTake(8, out var header)) return false;
        type = Encoding.Latin1.GetString(header[..4]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        return _input.TryTake(size, out data) && _input.TryTake(size & 1, out _);
    }

    // Section 2.5 to 2.7: the first chunk says which of the three layouts the file has.
    private bool TryKeep(string type, ReadOnlySpan<byte> data, bool isFirst)
    {
        switch (type)
        {
            case "VP8X":
                _extended = data;
                return isFirst && data.Length == ExtendedHeaderLength;
            case "VP8 ":
                return (isFirst || !_extended.IsEmpty) && TryKeepPicture(type, data) && TryReadLossySize(data);
            case "VP8L":
                return (isFirst || !_extended.IsEmpty) && TryKeepPicture(type, data) && TryReadLosslessSize(data);
            case "ICCP" when !_extended.IsEmpty:
                return TryKeepOnce(ref _profile, data);
            case "ALPH" when !_extended.IsEmpty:
                return TryKeepOnce(ref _alpha, data);
            case "ANIM" or "ANMF":
                return false;
            default:
                return !isFirst;
        }
    }

    private bool TryKeepPicture(string type, ReadOnlySpan<byte> data)
    {
        _pictureType = type;
        return TryKeepOnce(ref _picture, data);
    }

    private static bool TryKeepOnce(ref ReadOnlySpan<byte> kept, ReadOnlySpan<byte> data)
    {
        if (!kept.IsEmpty || data.IsEmpty) return false;
        kept = data;
        return true;
    }

    // RFC 6386, section 9.1: three bytes of frame tag (an inverse key frame bit, three bits of version, a bit for "is shown",
    // and the size of the first partition), a start code, then both sides in 14 bits each, below two bits of scale.
    private bool TryReadLossySize(ReadOnlySpan<byte> data)
    {
        const int headerLength = 10;
        if (data.Length < headerLength || !data[3..].StartsWith(StartCode)) return false;
        var tag = data[0] | data[1] << 8 | data[2] << 16;
        var (isKeyFrame, version, isShown, firstPartition) = ((tag & 1) == 0, tag >> 1 & 7, (tag >> 4 & 1) == 1, tag >> 5);
        if (!isKeyFrame || version > 3 || !isShown || firstPartition > data.Length - headerLength) return false;
        _width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
        _height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        return _width > 0 && _height > 0;
    }

    // RFC 9649, section 3.4: a signature, both sides less one in 14 bits each, a bit for alpha, three bits of version.
    private bool TryReadLosslessSize(ReadOnlySpan<byte> data)
    {
        if (data.Length <= 5 || data[0] != 0x2F) return false;
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        _width = (int)(bits & 0x3FFF) + 1;
        _height = (int)(bits >> 14 & 0x3FFF) + 1;
        return bits >> 29 == 0;
    }

    // Section 2.7: a still picture fills its canvas, whose sides less one take 24 bits each. One that says otherwise lies to
    // somebody: some readers believe the canvas, and some the picture.
    private readonly bool CanvasFits()
    {
        if (_extended.IsEmpty) return true;
        var width = (BinaryPrimitives.ReadInt32LittleEndian(_extended[4..]) & 0xFFFFFF) + 1;
        var height = (BinaryPrimitives.ReadInt32LittleEndian(_extended[6..]) >>> 8) + 1;
        return width == _width && height == _height;
    }

    private readonly ReadOnlyMemory<byte> Write()
    {
        // VP8L has its transparency inside.
        var alpha = _pictureType == "VP8L" ? default : _alpha;
        var chunks = new ArrayBufferWriter<byte>(_profile.Length + alpha.Length + _picture.Length + 64);
        if (!_profile.IsEmpty || !alpha.IsEmpty)
        {
            var flags = (_profile.IsEmpty ? 0 : ProfileFlag) | (_extended[0] & AlphaFlag);
            WriteChunk(chunks, "VP8X"u8, [(byte)flags, 0, 0, 0, .. _extended[4..]]);
        }

        if (!_profile.IsEmpty) WriteChunk(chunks, "ICCP"u8, _profile);
        if (!alpha.IsEmpty) WriteChunk(chunks, "ALPH"u8, alpha);
        WriteChunk(chunks, _pictureType == "VP8L" ? "VP8L"u8 : "VP8 "u8, _picture);

        var file = new ArrayBufferWriter<byte>(chunks.WrittenCount + 12);
        WriteChunk(file, "RIFF"u8, [.. "WEBP"u8, .. chunks.WrittenSpan]);
        return file.WrittenMemory;
    }

    private static void WriteChunk(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        output.Write(type);
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), data.Length);
        output.Advance(sizeof(int));
        output.Write(data);
        if (int.IsOddInteger(data.Length)) output.Write<byte>([0]);
    }
}
