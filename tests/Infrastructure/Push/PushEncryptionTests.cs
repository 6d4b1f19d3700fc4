using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketChat.Infrastructure.Push;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Push;

public sealed class PushEncryptionTests
{
    /// <summary>Made by http_ece 1.2.0, with which the npm package web-push encrypts.</summary>
    public sealed record Made(string Text, string ReceiverPublic, string ReceiverPrivate, string Auth, string SenderPublic, string SenderPrivate, string Salt, string Body);

    public static TheoryData<Made> ByAnother => new(JsonSerializer.Deserialize<Made[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "http_ece.json")), JsonSerializerOptions.Web)!);

    // https://www.rfc-editor.org/rfc/rfc8188#section-3.1
    [Fact]
    public void It_seals_as_the_example_of_RFC_8188() =>
        Base64Url.EncodeToString(EncryptedContent.Seal("I am the walrus"u8, Bytes("yqdlZ-tYemfogSmv7Ws5PQ"), Bytes("I1BsxtFttlv3u_Oo94xnmw"), []))
            .ShouldBe("I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");

    // https://www.rfc-editor.org/rfc/rfc8291#appendix-A
    [Fact]
    public void It_encrypts_as_the_example_of_RFC_8291()
    {
        using var sender = Keys(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
            "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        var body = PushEncryption.Encrypt(
            "When I grow up, I want to be a watermelon"u8,
            Bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            Bytes("BTBZMqHH6r4Tts7J_aSIgg"),
            sender,
            Bytes("DGv6ra1nlYgDCS1FRnbzlw"));

        Base64Url.EncodeToString(body).ShouldBe(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN");
    }

    [Theory]
    [MemberData(nameof(ByAnother))]
    public void It_encrypts_byte_for_byte_as_another_implementation_does(Made made)
    {
        using var sender = Keys(made.SenderPublic, made.SenderPrivate);

        var body = PushEncryption.Encrypt(Encoding.UTF8.GetBytes(TextOf(made)), Bytes(made.ReceiverPublic), Bytes(made.Auth), sender, Bytes(made.Salt));

        (made.Body.StartsWith("sha256:", StringComparison.Ordinal) ? $"sha256:{Base64Url.EncodeToString(SHA256.HashData(body))}" : Base64Url.EncodeToString(body))
            .ShouldBe(made.Body);
        using var receiver = Keys(made.ReceiverPublic, made.ReceiverPrivate);
        new PushBrowser("https://push.example", receiver, Bytes(made.Auth)).Decrypt(body).ShouldBe(TextOf(made));
    }

    [Fact]
    public void No_two_messages_look_alike_and_each_is_read_by_its_browser()
    {
        var browser = new PushBrowser("https://push.example");

        var bodies = Enumerable.Range(0, 3).Select(_ => PushEncryption.Encrypt("안녕하세요"u8, Bytes(browser.P256dh), Bytes(browser.Auth))).ToList();

        bodies.Select(body => Base64Url.EncodeToString(body)).ShouldBeUnique();
        bodies.ShouldAllBe(body => browser.Decrypt(body) == "안녕하세요");
    }

    [Fact]
    public void What_is_longer_than_a_push_service_takes_is_an_error_of_the_callers()
    {
        var browser = new PushBrowser("https://push.example");
        PushEncryption.Encrypt(new byte[PushEncryption.MaxBytes], Bytes(browser.P256dh), Bytes(browser.Auth)).Length.ShouldBe(4096);

        Should.Throw<ArgumentException>(() => PushEncryption.Encrypt(new byte[PushEncryption.MaxBytes + 1], Bytes(browser.P256dh), Bytes(browser.Auth)));
    }

    [Fact]
    public void Only_a_point_on_the_curve_is_a_public_key()
    {
        var key = Bytes(new PushBrowser("https://push.example").P256dh);
        PushEncryption.IsPublicKey(key).ShouldBeTrue();

        byte[] beside = [.. key[..64], (byte)(key[64] ^ 1)];
        PushEncryption.IsPublicKey(beside).ShouldBeFalse();
        PushEncryption.IsPublicKey([4, .. new byte[64]]).ShouldBeFalse();
        PushEncryption.IsPublicKey([2, .. key[1..]]).ShouldBeFalse();
        PushEncryption.IsPublicKey(key[..33]).ShouldBeFalse();
        PushEncryption.IsPublicKey([]).ShouldBeFalse();
    }

    private static string TextOf(Made made) => made.Text.StartsWith("x*", StringComparison.Ordinal) ? new string('x', int.Parse(made.Text[2..])) : made.Text;

    private static ECDiffieHellman Keys(string publicKey, string privateKey)
    {
        var point = Bytes(publicKey);
        return ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = point[1..33], Y = point[33..] }, D = Bytes(privateKey),
        });
    }

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
