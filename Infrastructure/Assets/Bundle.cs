using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace MarketChat.Infrastructure.Assets;

/// <summary>Several text files as one, under an address that names its content and can therefore be kept for ever.</summary>
public sealed class Bundle(string folder, string extension, string contentType, string text)
{
    private const int LengthOfFingerprint = 12;

    private readonly Lazy<byte[]> _brotli = new(() => Compress(text));

    public string Url { get; } = $"/{folder}/market.{Fingerprint(text)}.{extension}";
    public string ContentType => contentType;
    public byte[] Plain { get; } = Encoding.UTF8.GetBytes(text);

    /// <summary>Compressed as far as it goes: once, for everyone.</summary>
    public byte[] Brotli => _brotli.Value;

    private static string Fingerprint(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..LengthOfFingerprint];

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize)) brotli.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
