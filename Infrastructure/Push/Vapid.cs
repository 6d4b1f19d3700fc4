using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketChat.Infrastructure.Storage;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Push;

/// <summary>
/// How the app identifies itself to push services (RFC 8292, "VAPID"): with one key pair, to which browsers bind their subscriptions.
/// It is made at its first use and kept among the storage's keys, so that backups take it along; with another one every browser would
/// have to subscribe anew.
/// </summary>
public sealed class Vapid(StorageRoot root, IOptions<PushOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _validity = TimeSpan.FromHours(12); // 24 are the most.
    private static readonly string _header = Part(new { typ = "JWT", alg = "ES256" });

    private readonly Lock _lock = new();
    private ECDsa? _key;

    /// <summary>As a browser takes it for its <c>applicationServerKey</c>: 65 bytes in base64url.</summary>
    public string PublicKey => WithKey(key => Base64Url.EncodeToString(PushEncryption.BytesOf(key.ExportParameters(includePrivateParameters: false).Q)));

    /// <summary>The header "Authorization" for a request to this address: a token that is good for its origin alone.</summary>
    public string AuthorizationFor(Uri endpoint)
    {
        var claims = Part(new
        {
            aud = endpoint.GetLeftPart(UriPartial.Authority),
            exp = (time.GetUtcNow() + _validity).ToUnixTimeSeconds(),
            sub = options.Value.Contact,
        });
        var signature = WithKey(key => Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes($"{_header}.{claims}"), HashAlgorithmName.SHA256)));
        return $"vapid t={_header}.{claims}.{signature}, k={PublicKey}";
    }

    public void Dispose() => _key?.Dispose();

    private string WithKey(Func<ECDsa, string> use)
    {
        lock (_lock) return use(_key ??= ReadOrMake(Path.Combine(root.Folder("keys"), "push.pem")));
    }

    private static string Part<T>(T claims) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));

    private static ECDsa ReadOrMake(string path)
    {
        if (!File.Exists(path)) return Make(path);
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }

    // Whole or not at all: half a key would be found at the next start, and be none.
    private static ECDsa Make(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) secret.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter($"{path}.part", secret)) file.Write(key.ExportPkcs8PrivateKeyPem());
        File.Move($"{path}.part", path);
        return key;
    }
}
