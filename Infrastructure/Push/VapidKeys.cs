using System.Buffers.Text;
using System.Security.Cryptography;
using Lib.Net.Http.WebPush.Authentication;
using MarketChat.Infrastructure.Storage;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Push;

/// <summary>
/// The key pair that identifies the app to push services (RFC 8292, "VAPID"). Browsers bind their subscriptions to it, so with another
/// pair every browser would have to subscribe again. It is created on first use and stored in <c>keys/push.pem</c>, which backups include.
/// </summary>
public sealed class VapidKeys(StoragePaths root, IOptions<PushOptions> options) : IDisposable
{
    private readonly Lock _lock = new();
    private VapidAuthentication? _authentication;

    /// <summary>As a browser takes it for its <c>applicationServerKey</c>: 65 bytes in base64url.</summary>
    public string PublicKey => Authentication.PublicKey;

    /// <summary>Signs the tokens for push services. They are valid for 12 hours, by the system's clock.</summary>
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
        var path = Path.Combine(root.Folder("keys"), "push.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path)) key.ImportFromPem(File.ReadAllText(path));
        else Save(key, path);
        var pair = key.ExportParameters(includePrivateParameters: true);
        string publicKey = Base64Url.EncodeToString([4, .. pair.Q.X!, .. pair.Q.Y!]), privateKey = Base64Url.EncodeToString(pair.D);
        return new VapidAuthentication(publicKey, privateKey) { Subject = options.Value.Contact };
    }

    // Written under another name and then renamed, so that a crash never leaves half a key for the next start to find.
    private static void Save(ECDsa key, string path)
    {
        var secret = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) secret.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter($"{path}.part", secret)) file.Write(key.ExportPkcs8PrivateKeyPem());
        File.Move($"{path}.part", path);
    }
}
