using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MarketChat.Infrastructure.Push;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MarketChat.Tests.Infrastructure.Push;

public sealed class VapidTests
{
    [Fact]
    public async Task A_request_says_who_sends_it_to_whom_and_until_when_signed_with_the_apps_key()
    {
        await using var host = new MarketHost().With("Push:Contact", "mailto:operator@market.example");
        var vapid = host.Services.GetRequiredService<Vapid>();

        var (claims, key) = Verify(vapid.AuthorizationFor(new Uri("https://push.example/some/1?a=b")));

        key.ShouldBe(vapid.PublicKey);
        claims.GetProperty("aud").GetString().ShouldBe("https://push.example");
        claims.GetProperty("sub").GetString().ShouldBe("mailto:operator@market.example");
        var until = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64());
        until.ShouldBeInRange(host.Clock.GetUtcNow().AddHours(1), host.Clock.GetUtcNow().AddHours(24));
    }

    [Fact]
    public async Task The_key_is_made_once_and_kept_where_only_the_app_reads_it()
    {
        var host = new MarketHost();
        var key = host.Services.GetRequiredService<Vapid>().PublicKey;
        Base64Url.DecodeFromChars(key).Length.ShouldBe(65);
        var file = Path.Combine(host.StorageRoot, "keys", "push.pem");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await using var again = host.Restart();

        again.Services.GetRequiredService<Vapid>().PublicKey.ShouldBe(key);
    }

    [Theory]
    [InlineData("*", "mailto:webmaster@localhost")]
    [InlineData("market.example;www.market.example", "https://market.example")]
    public async Task Without_a_contact_it_is_the_apps_own_address(string hosts, string contact)
    {
        await using var host = new MarketHost().With("AllowedHosts", hosts);

        host.Services.GetRequiredService<IOptions<PushOptions>>().Value.Contact.ShouldBe(contact);
    }

    [Fact]
    public async Task A_contact_that_is_no_address_stops_the_app_at_its_start()
    {
        await using var host = new MarketHost().With("Push:Contact", "the operator");

        Should.Throw<OptionsValidationException>(() => host.Services);
    }

    /// <summary>As a push service does (RFC 8292, section 4.2).</summary>
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
