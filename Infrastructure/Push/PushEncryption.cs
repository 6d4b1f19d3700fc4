using System.Security.Cryptography;

namespace MarketChat.Infrastructure.Push;

/// <summary>
/// Encrypts a message so that the browser alone can read it, and not the push service that carries it (RFC 8291): a key pair made for
/// this message agrees on a secret with the browser's (ECDH on P-256), and the browser's own secret goes into it, too.
/// </summary>
public static class PushEncryption
{
    public const int PublicKeyBytes = 65, SecretBytes = 16;

    private const int CoordinateBytes = 32;
    private const byte Uncompressed = 4; // A point as both its coordinates: SEC 1, section 2.3.3.

    public static int MaxBytes => EncryptedContent.MaxBytes(PublicKeyBytes);

    /// <param name="browser">The browser's public key, 65 bytes.</param>
    /// <param name="secret">The browser's secret, 16 bytes.</param>
    /// <returns>A request's body, with the content coding "aes128gcm".</returns>
    public static byte[] Encrypt(ReadOnlySpan<byte> content, byte[] browser, byte[] secret)
    {
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Encrypt(content, browser, secret, sender, RandomNumberGenerator.GetBytes(EncryptedContent.SaltBytes));
    }

    /// <summary>The same with a key pair and a salt that are given; each is good for one message only.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> content, byte[] browser, byte[] secret, ECDiffieHellman sender, byte[] salt)
    {
        using var receiver = ECDiffieHellman.Create(PointOf(browser));
        var ours = BytesOf(sender.ExportParameters(includePrivateParameters: false).Q);
        var agreed = sender.DeriveRawSecretAgreement(receiver.PublicKey);
        byte[] info = [.. "WebPush: info\0"u8, .. browser, .. ours];
        var keyingMaterial = HKDF.DeriveKey(HashAlgorithmName.SHA256, agreed, CoordinateBytes, secret, info);
        return EncryptedContent.Seal(content, keyingMaterial, salt, ours);
    }

    /// <summary>Whether these bytes are a point on the curve, rather than one that gives our side of the secret away.</summary>
    public static bool IsPublicKey(byte[] key)
    {
        if (key.Length != PublicKeyBytes || key[0] != Uncompressed) return false;
        try
        {
            using var _ = ECDiffieHellman.Create(PointOf(key));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public static byte[] BytesOf(ECPoint point) => [Uncompressed, .. point.X!, .. point.Y!];

    private static ECParameters PointOf(byte[] key) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = key[1..(1 + CoordinateBytes)], Y = key[(1 + CoordinateBytes)..] },
    };
}
