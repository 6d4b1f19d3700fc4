using System.Buffers.Text;
using System.Security.Cryptography;
using Lib.Net.Http.WebPush.Authentication;
using MarketChat.Infrastructure.Storage;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Push;

/// <summary>
/// The key pair that identifies the app to push services (VAPID, RFC 8292). Subscriptions of browsers are bound to it, so a new pair would
/// make every browser subscribe again. It is created on first use.
/// </summary>
public sealed class VapidKeys(ISecretStore secrets, IOptions<PushOptions> options) : IDisposable
{
    public const string SecretName = "push.pem";

    private readonly Lock _lock = new();
    private VapidAuthentication? _authentication;

    /// <summary>The public key as the <c>applicationServerKey</c> of a browser: 65 bytes in base64url.</summary>
    public string PublicKey => Authentication.PublicKey;

    /// <summary>Signs the tokens for push services. A token is valid for 12 hours, by the system clock.</summary>
    public VapidAuthentication Authentication
    {
        get
        {
            lock (_lock) return _authentication ??= LoadOrCreate();
        }
    }

    public void Dispose() => _authentication?.Dispose();

    private VapidAuthentication LoadOrCreate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        key.ImportFromPem(secrets.GetOrAdd(SecretName, key.ExportPkcs8PrivateKeyPem));
        var pair = key.ExportParameters(includePrivateParameters: true);
        string publicKey = Base64Url.EncodeToString([4, .. pair.Q.X!, .. pair.Q.Y!]), privateKey = Base64Url.EncodeToString(pair.D);
        return new VapidAuthentication(publicKey, privateKey) { Subject = options.Value.Contact };
    }
}
