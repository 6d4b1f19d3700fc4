using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketChat.Infrastructure.Push;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MarketChat.Tests.Infrastructure.Push;

[Trait("Category", "Sqlite")]
public sealed class VapidKeysTests
{
    [Fact]
    public async Task The_key_is_made_once_and_kept_where_only_the_app_reads_it()
    {
        var host = new MarketHost();
        var key = host.Services.GetRequiredService<VapidKeys>().PublicKey;
        Base64Url.DecodeFromChars(key).Length.ShouldBe(65);
        var file = Path.Combine(host.StorageRoot, "keys", "push.pem");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await using var again = host.Restart();

        again.Services.GetRequiredService<VapidKeys>().PublicKey.ShouldBe(key);
    }

    [Fact]
    public async Task A_key_that_is_there_already_stays_the_apps()
    {
        await using var host = new MarketHost();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var folder = Directory.CreateDirectory(Path.Combine(host.StorageRoot, "keys"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "push.pem"), key.ExportPkcs8PrivateKeyPem());

        var vapid = host.Services.GetRequiredService<VapidKeys>();

        Base64Url.DecodeFromChars(vapid.PublicKey).ShouldBe([4, .. point.X!, .. point.Y!]);
        Verify($"vapid {vapid.Authentication.GetVapidSchemeAuthenticationHeaderValueParameter("https://push.example")}").Claims
            .GetProperty("aud").GetString().ShouldBe("https://push.example");
    }

    [Fact]
    public async Task Tokens_are_sound_when_many_are_signed_at_once()
    {
        await using var host = new MarketHost();
        var vapid = host.Services.GetRequiredService<VapidKeys>();

        var tokens = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            Task.Run(() => vapid.Authentication.GetVapidSchemeAuthenticationHeaderValueParameter($"https://push{i}.example"))));

        foreach (var token in tokens) Verify($"vapid {token}").Key.ShouldBe(vapid.PublicKey);
    }

    [Theory]
    [InlineData("*", "mailto:webmaster@localhost")]
    [InlineData("market.example;www.market.example", "https://market.example")]
    public async Task Without_a_contact_it_is_the_apps_own_address(string hosts, string contact)
    {
        await using var host = new MarketHost().With("AllowedHosts", hosts);

        host.Services.GetRequiredService<IOptions<PushOptions>>().Value.Contact.ShouldBe(contact);
    }

    [Theory]
    [InlineData("the operator")]
    [InlineData("ftp://market.example")]
    [InlineData("mailto:\"the operator\"@market.example")] // The token contains this value verbatim, as JSON.
    [InlineData("https://market.example/\\")]
    public async Task A_contact_that_is_no_address_stops_the_app_at_its_start(string contact)
    {
        await using var host = new MarketHost().With("Push:Contact", contact);

        Should.Throw<OptionsValidationException>(() => host.Services);
    }

    /// <summary>Verifies a token as a push service does (RFC 8292, section 4.2).</summary>
    internal static (JsonElement Claims, string Key) Verify(string authorization)
    {
        authorization.ShouldStartWith("vapid t=");
        var (token, key) = (authorization["vapid t=".Length..].Split(", k=")[0], authorization.Split(", k=")[1]);
        var (parts, point) = (token.Split('.'), Base64Url.DecodeFromChars(key));
        using var verifier =
            ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = point[1..33], Y = point[33..] } });
        verifier.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256).ShouldBeTrue("the signature");
        JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement.GetProperty("alg").GetString().ShouldBe("ES256");
        return (JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement, key);
    }
}
