using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MarketChat.Tests.Support;

/// <summary>
/// The browser's side of Web Push: a subscription, and the decryption of its messages (RFC 8291, section 3; RFC 8188, section 2).
/// </summary>
public sealed class FakePushClient
{
    private readonly ECDiffieHellman _keys;
    private readonly byte[] _secret, _public;

    public FakePushClient(string endpoint)
        : this(endpoint, ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(16))
    {
    }

    public FakePushClient(string endpoint, ECDiffieHellman keys, byte[] secret)
    {
        (Endpoint, _keys, _secret) = (endpoint, keys, secret);
        var point = keys.ExportParameters(false).Q;
        _public = [4, .. point.X!, .. point.Y!];
    }

    public string Endpoint { get; }

    public string P256dh => Base64Url.EncodeToString(_public);

    public string Auth => Base64Url.EncodeToString(_secret);

    /// <summary>The form fields that the page's script sends.</summary>
    public (string Field, string Value)[] Fields => [("endpoint", Endpoint), ("p256dh", P256dh), ("auth", Auth)];

    public JsonElement Read(PushedMessage message) => JsonDocument.Parse(Decrypt(message.Body)).RootElement;

    public string Decrypt(byte[] body)
    {
        var (salt, recordBytes, senderLength) = (body[..16], BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(16)), body[20]);
        var (sender, record) = (body[21..(21 + senderLength)], body[(21 + senderLength)..]);
        record.Length.ShouldBeLessThanOrEqualTo((int)recordBytes);

        var material = KeyingMaterial(sender);
        var key = Derive(material, salt, [.. "Content-Encoding: aes128gcm\0"u8], 16);
        var nonce = Derive(material, salt, [.. "Content-Encoding: nonce\0"u8], 12);
        var content = new byte[record.Length - 16];
        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(nonce, record.AsSpan(0, content.Length), record.AsSpan(content.Length), content);
        var end = Array.FindLastIndex(content, b => b != 0);
        content[end].ShouldBe((byte)2, "the last record");
        return Encoding.UTF8.GetString(content, 0, end);
    }

    /// <summary>The input keying material of the content encryption (RFC 8291, section 3.4).</summary>
    /// <param name="sender">The sender's public key, 65 bytes.</param>
    public byte[] KeyingMaterial(byte[] sender)
    {
        using var theirs = ECDiffieHellman.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = sender[1..33], Y = sender[33..] } });
        return Derive(_keys.DeriveRawSecretAgreement(theirs.PublicKey), _secret, [.. "WebPush: info\0"u8, .. _public, .. sender], 32);
    }

    // One block of HKDF (RFC 5869), implemented independently.
    private static byte[] Derive(byte[] secret, byte[] salt, byte[] info, int length) =>
        HMACSHA256.HashData(HMACSHA256.HashData(salt, secret), (byte[])[.. info, 1])[..length];
}
