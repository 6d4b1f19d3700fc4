using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;

namespace MarketChat.Infrastructure.Push;

/// <summary>A validated push subscription of a browser (https://www.w3.org/TR/push-api/#pushsubscription-interface).</summary>
/// <param name="PublicKey">The browser's public key: an uncompressed point on P-256, 65 bytes.</param>
/// <param name="Secret">The browser's authentication secret, 16 bytes.</param>
public sealed record PushSubscriptionInput(Uri Endpoint, byte[] PublicKey, byte[] Secret)
{
    public const int PublicKeyBytes = 65, SecretBytes = 16;

    private const byte Uncompressed = 4; // The point is encoded as both coordinates (SEC 1, section 2.3.3).

    /// <param name="publicKey">"p256dh" in base64url.</param>
    /// <param name="secret">"auth" in base64url.</param>
    /// <returns>Null if a value is missing or malformed, or if the endpoint is not allowed.</returns>
    public static PushSubscriptionInput? Read(string? endpoint, string? publicKey, string? secret, bool allowPrivate)
    {
        if (endpoint is not { Length: > 0 and <= PushSubscription.MaxEndpointLength }) return null;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || !IsAllowedEndpoint(address, allowPrivate)) return null;
        if (Decode(publicKey) is not { } key || !IsPublicKey(key) || Decode(secret) is not { Length: SecretBytes } auth) return null;
        return new PushSubscriptionInput(address, key, auth);
    }

    /// <summary>Checks an endpoint as written. The addresses of its host are checked on every connect, because they may change.</summary>
    public static bool IsAllowedEndpoint(Uri address, bool allowPrivate)
    {
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0 || address.HostNameType == UriHostNameType.Unknown) return false;
        if (allowPrivate) return address.Scheme is "http" or "https";
        if (address is not { Scheme: "https", IsDefaultPort: true }) return false;
        return !IPAddress.TryParse(address.DnsSafeHost, out var number) || IpAddresses.IsPublic(number);
    }

    private static byte[]? Decode(string? text) => Base64Url.IsValid(text) && text is not null ? Base64Url.DecodeFromChars(text) : null;

    // The key agreement with a point that is not on the curve could reveal the app's private key (invalid-curve attack).
    private static bool IsPublicKey(byte[] key)
    {
        if (key.Length != PublicKeyBytes || key[0] != Uncompressed) return false;
        try
        {
            var point = new ECPoint { X = key[1..33], Y = key[33..] };
            using var _ = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
