using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MarketChat.Tests.Support;

/// <summary>
/// A fake authenticator with one passkey, together with its browser: what navigator.credentials would do, as far as the server can observe
/// (https://www.w3.org/TR/webauthn-3). The key is on P-256, the attestation is "none", and the user is verified unless <see
/// cref="Verifies"/> is false.
/// </summary>
/// <param name="origin">The app's origin as the browser sees it.</param>
public sealed class FakeAuthenticator(string origin = FakeAuthenticator.Origin) : IDisposable
{
    public const string Origin = "http://localhost";

    private const byte UserPresent = 0x01, UserVerified = 0x04, HasCredential = 0x40;

    private readonly string _origin = origin;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(16);
    private uint _uses;

    /// <summary>The credential id as the pages write it.</summary>
    public string Id => Base64Url.EncodeToString(_id);

    /// <summary>The user handle that the authenticator returns, in base64url. A test may set another user's.</summary>
    public string? UserHandle { get; set; }

    /// <summary>Whether the authenticator verifies the user.</summary>
    public bool Verifies { get; set; } = true;

    /// <summary>The origin in the client data.</summary>
    public string ClientDataOrigin { get; set; } = origin;

    /// <summary>Adds the passkey to the account of the signed-in user, as the page does, and checks every response.</summary>
    public async Task AddTo(TestBrowser visitor, string name = "휴대폰")
    {
        var options = await BeginAdding(visitor, name);
        options.StatusCode.ShouldBe(200, options.ReadAsText());
        var added = await Post(visitor, "/account/passkeys", "Add", _origin, ("name", name), ("credential", Create(options.ReadAsJson())));
        added.StatusCode.ShouldBe(204, added.ReadAsText());
    }

    public static Task<IScenarioResult> BeginAdding(TestBrowser visitor, string name = "휴대폰", string password = MarketHost.Password) =>
        Post(visitor, "/account/passkeys", "Options", Origin, ("name", name), ("password", password));

    public static Task<IScenarioResult> FinishAdding(TestBrowser visitor, string credential, string name = "휴대폰") =>
        Post(visitor, "/account/passkeys", "Add", Origin, ("name", name), ("credential", credential));

    public async Task<IScenarioResult> SignIn(TestBrowser visitor, string query = "")
    {
        var options = await BeginSignIn(visitor, query);
        return await FinishSignIn(visitor, Get(options.ReadAsJson()), query);
    }

    public static Task<IScenarioResult> BeginSignIn(TestBrowser visitor, string query = "") =>
        Post(visitor, $"/account/sign-in{query}", "PasskeyOptions", Origin);

    public static Task<IScenarioResult> FinishSignIn(TestBrowser visitor, string credential, string query = "") =>
        Post(visitor, $"/account/sign-in{query}", "Passkey", Origin, ("credential", credential));

    /// <summary>The result of navigator.credentials.create, as JSON.</summary>
    public string Create(JsonElement options)
    {
        UserHandle = options.GetProperty("user").GetProperty("id").GetString();
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        // COSE key, ES256.
        byte[] publicKey = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] credential = [.. new byte[16], 0, (byte)_id.Length, .. _id, .. publicKey];
        var data = AuthenticatorData(options.GetProperty("rp").GetProperty("id").GetString()!, HasCredential, credential);
        byte[] attestation =
            [0xa3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xa0, .. Text("authData"), 0x58, (byte)data.Length, .. data];
        return Credential(new
        {
            clientDataJSON = Base64Url.EncodeToString(ClientData("webauthn.create", options)),
            attestationObject = Base64Url.EncodeToString(attestation),
            transports = new[] { "internal" },
        });
    }

    /// <summary>The result of navigator.credentials.get, as JSON.</summary>
    public string Get(JsonElement options)
    {
        var clientData = ClientData("webauthn.get", options);
        var data = AuthenticatorData(options.GetProperty("rpId").GetString()!, 0, []);
        var signature =
            _key.SignData([.. data, .. SHA256.HashData(clientData)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new
        {
            clientDataJSON = Base64Url.EncodeToString(clientData),
            authenticatorData = Base64Url.EncodeToString(data),
            signature = Base64Url.EncodeToString(signature),
            userHandle = UserHandle,
        });
    }

    public void Dispose() => _key.Dispose();

    private static async Task<IScenarioResult> Post(TestBrowser visitor, string url, string handler, string origin,
        params (string, string)[] fields)
    {
        var token = (await visitor.Page(url)).QuerySelector("input[name=__RequestVerificationToken]").ShouldNotBeNull()
            .GetAttribute("value");
        return await visitor.Scenario(s =>
        {
            s.Post.Form(fields).ToUrl($"{url}{(url.Contains('?') ? '&' : '?')}handler={handler}");
            s.AsScript(token);
            s.WithRequestHeader("Origin", origin);
            s.IgnoreStatusCode();
        });
    }

    private byte[] ClientData(string type, JsonElement options) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        type,
        challenge = options.GetProperty("challenge").GetString(),
        origin = ClientDataOrigin,
        crossOrigin = false,
    });

    private byte[] AuthenticatorData(string domain, byte flags, byte[] rest)
    {
        var uses = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(uses, ++_uses);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(flags | UserPresent | (Verifies ? UserVerified : 0)), .. uses,
            .. rest];
    }

    private string Credential(object response) =>
        JsonSerializer.Serialize(new { id = Id, rawId = Id, type = "public-key", clientExtensionResults = new { }, response });

    // A short CBOR text string: RFC 8949, section 3.1.
    private static byte[] Text(string text) => [(byte)(0x60 + text.Length), .. Encoding.UTF8.GetBytes(text)];
}
