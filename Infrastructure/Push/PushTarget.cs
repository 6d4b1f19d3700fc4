using System.Buffers.Text;
using System.Net;
using MarketChat.Infrastructure.Data;

namespace MarketChat.Infrastructure.Push;

/// <summary>What a browser tells of its subscription (https://www.w3.org/TR/push-api/#pushsubscription-interface), once it is found sound.</summary>
public sealed record PushTarget(Uri Endpoint, byte[] PublicKey, byte[] Secret)
{
    /// <param name="publicKey">"p256dh" in base64url.</param>
    /// <param name="secret">"auth" in base64url.</param>
    /// <returns>Null when one of them is missing, is not what it should be, or leads where nothing of anybody's may.</returns>
    public static PushTarget? Read(string? endpoint, string? publicKey, string? secret, bool allowPrivate)
    {
        if (endpoint is not { Length: > 0 and <= PushSubscription.MaxEndpointLength } || !Uri.TryCreate(endpoint, UriKind.Absolute, out var address)) return null;
        if (!MayLeadTo(address, allowPrivate) || Decode(publicKey) is not { } key || Decode(secret) is not { Length: PushEncryption.SecretBytes } auth) return null;
        return PushEncryption.IsPublicKey(key) ? new PushTarget(address, key, auth) : null;
    }

    /// <summary>By the look of it. Where a name leads is seen when it is connected to, for it may lead elsewhere by then.</summary>
    public static bool MayLeadTo(Uri address, bool allowPrivate)
    {
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0 || address.HostNameType == UriHostNameType.Unknown) return false;
        if (allowPrivate) return address.Scheme is "http" or "https";
        return address is { Scheme: "https", IsDefaultPort: true } && (!IPAddress.TryParse(address.DnsSafeHost, out var number) || PublicAddress.Is(number));
    }

    private static byte[]? Decode(string? text) => Base64Url.IsValid(text) && text is not null ? Base64Url.DecodeFromChars(text) : null;
}
