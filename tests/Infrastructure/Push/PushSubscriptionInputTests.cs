using System.Buffers.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Push;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Push;

public sealed class PushSubscriptionInputTests
{
    [Theory]
    [InlineData("https://fcm.googleapis.com/fcm/send/abc:def")]
    [InlineData("https://updates.push.services.mozilla.com/wpush/v2/gAAA")]
    [InlineData("https://web.push.apple.com/QGuQ")]
    [InlineData("https://wns2-db5p.notify.windows.com/w/?token=BQYA")]
    [InlineData("https://push.example:443/1")]
    [InlineData("https://1.1.1.1/1")]
    public void A_push_service_in_the_open_internet_will_do(string endpoint) => Read(endpoint).ShouldNotBeNull();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/push/1")]
    [InlineData("push.example/1")]
    [InlineData("http://push.example/1")]
    [InlineData("ftp://push.example/1")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://push.example:8443/1")]
    [InlineData("https://push.example:22/1")]
    [InlineData("https://somebody@push.example/1")]
    [InlineData("https://push.example/1#here")]
    [InlineData("https://127.0.0.1/1")]
    [InlineData("https://2130706433/1")] // 127.0.0.1 as a single number.
    [InlineData("https://0x7f.1/1")]
    [InlineData("https://0177.0.0.1/1")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://10.1.2.3/1")]
    [InlineData("https://[::1]/1")]
    [InlineData("https://[::ffff:127.0.0.1]/1")]
    [InlineData("https://[fe80::1]/1")]
    [InlineData("https://[64:ff9b::7f00:1]/1")]
    public void Anything_else_will_not(string? endpoint) => Read(endpoint).ShouldBeNull();

    [Fact]
    public void An_address_without_end_will_not() =>
        Read($"https://push.example/{new string('x', PushSubscription.MaxEndpointLength)}").ShouldBeNull();

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("no key!", "no secret!")]
    [InlineData("AAAA", "AAAA")]
    public void Neither_will_keys_that_are_none(string? key, string? secret)
    {
        var browser = new FakePushClient("https://push.example/1");
        PushSubscriptionInput.Read(browser.Endpoint, key, browser.Auth, allowPrivate: false).ShouldBeNull();
        PushSubscriptionInput.Read(browser.Endpoint, browser.P256dh, secret, allowPrivate: false).ShouldBeNull();
    }

    [Fact]
    public void Only_a_point_on_the_curve_is_a_public_key()
    {
        var key = Base64Url.DecodeFromChars(new FakePushClient("https://push.example").P256dh);
        IsKey(key).ShouldBeTrue();

        byte[] beside = [.. key[..64], (byte)(key[64] ^ 1)];
        IsKey(beside).ShouldBeFalse();
        IsKey([4, .. new byte[64]]).ShouldBeFalse();
        IsKey([2, .. key[1..]]).ShouldBeFalse();
        IsKey(key[..33]).ShouldBeFalse();
        IsKey([]).ShouldBeFalse();

        static bool IsKey(byte[] key) => PushSubscriptionInput.Read(
            "https://push.example", Base64Url.EncodeToString(key), new FakePushClient("").Auth, allowPrivate: false) is not null;
    }

    [Fact]
    public void For_tests_it_may_be_on_this_machine() =>
        PushSubscriptionInput.Read("http://127.0.0.1:5123/1", new FakePushClient("").P256dh, new FakePushClient("").Auth,
            allowPrivate: true)
            .ShouldNotBeNull();

    private static PushSubscriptionInput? Read(string? endpoint)
    {
        var browser = new FakePushClient("https://push.example/1");
        return PushSubscriptionInput.Read(endpoint, browser.P256dh, browser.Auth, allowPrivate: false);
    }
}
