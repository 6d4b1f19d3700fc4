using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lib.Net.Http.EncryptedContentEncoding;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Push;

/// <summary>
/// Known test vectors of Web Push encryption, for both implementations that must agree: the library that encrypts (as far as it accepts
/// given keys), and the fake client, which decrypts the app's notifications (PushClientTests).
/// </summary>
public sealed class PushVectorTests
{
    public sealed record Vector(
        string Text, string ReceiverPublic, string ReceiverPrivate, string Auth, string SenderPublic, string Salt, string Body);

    /// <summary>The example of RFC 8291 (https://www.rfc-editor.org/rfc/rfc8291#appendix-A).</summary>
    public static readonly Vector Rfc8291 = new(
        "When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        "BTBZMqHH6r4Tts7J_aSIgg",
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        "DGv6ra1nlYgDCS1FRnbzlw",
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        + "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");

    /// <summary>Created with http_ece 1.2.0, the encryption library of the npm package web-push.</summary>
    private static readonly Vector[] _byAnother = JsonSerializer.Deserialize<Vector[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "http_ece.json")), JsonSerializerOptions.Web)!;

    public static TheoryData<Vector> Vectors => new([Rfc8291, .. _byAnother]);

    // https://www.rfc-editor.org/rfc/rfc8188#section-3.1
    [Fact]
    public async Task The_library_codes_as_the_example_of_RFC_8188()
    {
        var body = await Encode("I am the walrus", Bytes("yqdlZ-tYemfogSmv7Ws5PQ"), Bytes("I1BsxtFttlv3u_Oo94xnmw"), []);

        Base64Url.EncodeToString(body).ShouldBe("I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task The_library_codes_byte_for_byte_as_others_do_and_the_browser_reads_it(Vector vector)
    {
        var (browser, sender) = (BrowserOf(vector, "https://push.example"), Bytes(vector.SenderPublic));
        var text = vector.Text.StartsWith("x*", StringComparison.Ordinal) ? new string('x', int.Parse(vector.Text[2..])) : vector.Text;

        var body = await Encode(text, browser.KeyingMaterial(sender), Bytes(vector.Salt), sender);

        var isHash = vector.Body.StartsWith("sha256:", StringComparison.Ordinal);
        (isHash ? $"sha256:{Base64Url.EncodeToString(SHA256.HashData(body))}" : Base64Url.EncodeToString(body)).ShouldBe(vector.Body);
        browser.Decrypt(body).ShouldBe(text);
    }

    /// <summary>A fake client with the receiver's keys.</summary>
    public static FakePushClient BrowserOf(Vector vector, string endpoint)
    {
        var point = Bytes(vector.ReceiverPublic);
        var keys = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = point[1..33], Y = point[33..] }, D = Bytes(vector.ReceiverPrivate),
        });
        return new FakePushClient(endpoint, keys, Bytes(vector.Auth));
    }

    private static async Task<byte[]> Encode(string text, byte[] keyingMaterial, byte[] salt, byte[] keyId)
    {
        using var coded = new MemoryStream();
        var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await Aes128GcmEncoding.EncodeAsync(content, coded, salt, keyingMaterial, keyId, recordSize: 4096);
        return coded.ToArray();
    }

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
