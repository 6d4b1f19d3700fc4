using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MarketChat.Infrastructure.Push;

/// <summary>The content coding "aes128gcm" (RFC 8188), for contents that fit into one record.</summary>
public static class EncryptedContent
{
    public const string Coding = "aes128gcm";
    public const int SaltBytes = 16;

    /// <summary>The least that every push service takes (RFC 8291, section 4).</summary>
    public const int RecordBytes = 4096;

    private const int KeyBytes = 16, NonceBytes = 12, TagBytes = 16;
    private const int HeaderBytes = SaltBytes + sizeof(uint) + sizeof(byte); // And the key id.
    private const byte LastRecord = 2; // Stands behind the content and before its padding.

    /// <summary>How much content fits, with a key id of so many bytes.</summary>
    public static int MaxBytes(int keyIdBytes) => RecordBytes - HeaderBytes - keyIdBytes - sizeof(byte) - TagBytes;

    /// <param name="keyingMaterial">Secret of both ends; the salt makes a key of its own for each message out of it.</param>
    /// <param name="keyId">Tells the other end, readably, which secret it is.</param>
    /// <returns>Header and record, RFC 8188, section 2.</returns>
    public static byte[] Seal(ReadOnlySpan<byte> content, byte[] keyingMaterial, byte[] salt, ReadOnlySpan<byte> keyId)
    {
        if (content.Length > MaxBytes(keyId.Length)) throw new ArgumentException("The content is too long for one record.", nameof(content));
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, keyingMaterial, KeyBytes, salt, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, keyingMaterial, NonceBytes, salt, "Content-Encoding: nonce\0"u8.ToArray());

        var header = HeaderBytes + keyId.Length;
        var sealedContent = new byte[header + content.Length + sizeof(byte) + TagBytes];
        salt.CopyTo(sealedContent, 0);
        BinaryPrimitives.WriteUInt32BigEndian(sealedContent.AsSpan(SaltBytes), RecordBytes);
        sealedContent[HeaderBytes - 1] = (byte)keyId.Length;
        keyId.CopyTo(sealedContent.AsSpan(HeaderBytes));

        var record = sealedContent.AsSpan(header, content.Length + sizeof(byte));
        content.CopyTo(record);
        record[^1] = LastRecord;
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, record, record, sealedContent.AsSpan(header + record.Length));
        return sealedContent;
    }
}
