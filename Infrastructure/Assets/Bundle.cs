using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace MarketChat.Infrastructure.Assets;

/// <summary>
/// A bundle of text files, served under a URL that contains a fingerprint of the content (SHA-256), so that browsers can cache it for a
/// year.
/// </summary>
public sealed class Bundle(string folder, string extension, string contentType, string text)
{
    private const int FingerprintLength = 12;

    private readonly Lazy<byte[]> _brotli = new(() => Compress(text));

    public string Url { get; } = $"/{folder}/market.{Fingerprint(text)}.{extension}";
    public string ContentType => contentType;
    public byte[] Plain { get; } = Encoding.UTF8.GetBytes(text);

    /// <summary>The content compressed with Brotli at the smallest size; compressed once, on first use.</summary>
    public byte[] Brotli => _brotli.Value;

    private static string Fingerprint(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..FingerprintLength];

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize)) brotli.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }
}
