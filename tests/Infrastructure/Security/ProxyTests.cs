using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Security;

/// <summary>
/// Which proxies are trusted to forward the client's address. All requests of these tests come from the loopback address.
/// </summary>
public sealed class ProxyTests
{
    private const string Loopback = "127.0.0.1, ::1";
    private const string Private = "/account/profile";
    private const string SignInPath = "/account/sign-in?returnUrl=%2Faccount%2Fprofile";
    private const int Allowed = 3;

    [Theory]
    [InlineData(null)]
    [InlineData("192.0.2.1, 10.0.0.0/8")]
    public async Task What_a_stranger_says_of_others_changes_nothing(string? known)
    {
        await using var market = new KestrelHost();
        market.With("Proxy:Known", known).With("RateLimits:Enabled", "true").With("RateLimits:AnonymousPerMinute", $"{Allowed}");

        for (var i = 0; i < Allowed; i++) (await AskFor(market, $"198.51.100.{i}")).StatusCode.ShouldBe(200);

        (await AskFor(market, "198.51.100.99")).StatusCode.ShouldBe(429, "all came from one address");
        (await AskFor(market, "198.51.100.1", Private)).Location.ShouldBe(market.Url + SignInPath);
    }

    [Theory]
    [InlineData("Proxy:Known", Loopback)]
    [InlineData("Proxy:Known", "127.0.0.0/8, ::1/128")]
    [InlineData("Proxy:Known:0", "127.0.0.1")]
    public async Task A_known_proxy_is_believed(string key, string known)
    {
        await using var market = new KestrelHost();
        market.With(key, known).With("RateLimits:Enabled", "true").With("RateLimits:AnonymousPerMinute", $"{Allowed}");

        for (var i = 0; i <= Allowed; i++) (await AskFor(market, $"198.51.100.{i}")).StatusCode.ShouldBe(200);
        for (var i = 0; i < Allowed; i++) await AskFor(market, "198.51.100.99");

        (await AskFor(market, "198.51.100.99")).StatusCode.ShouldBe(429, "whoever stands behind it is counted alone");
        (await AskFor(market, "198.51.100.1", Private)).Location.ShouldBe("https://market.example" + SignInPath);
    }

    [Fact]
    public async Task Behind_a_known_proxy_a_client_cannot_put_another_address_before_its_own()
    {
        await using var market = new KestrelHost();
        market.With("Proxy:Known", Loopback).With("RateLimits:Enabled", "true").With("RateLimits:AnonymousPerMinute", $"{Allowed}");

        for (var i = 0; i < Allowed; i++) await AskFor(market, $"203.0.113.{i}, 198.51.100.1");

        (await AskFor(market, "203.0.113.77, 198.51.100.1")).StatusCode.ShouldBe(429);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("10.0.0.0/33")]
    public void What_is_neither_an_address_nor_a_network_stops_the_app_at_its_start(string known)
    {
        using var market = new MarketHost().With("Proxy:Known", known);

        Should.Throw<InvalidOperationException>(() => market.Services).Message.ShouldContain(known);
    }

    [Fact]
    public async Task A_proxy_that_is_not_known_is_named_in_the_log_once()
    {
        await using var market = new KestrelHost();

        for (var i = 0; i < 3; i++) await AskFor(market, "198.51.100.1");

        LinesWith(market, "Ignored X-Forwarded-For").ShouldHaveSingleItem().ShouldContain("127.0.0.1");
    }

    [Theory]
    [InlineData("https://market.example", 400)]
    [InlineData(null, 200)]
    public async Task A_proxy_that_hides_the_origin_is_named_in_the_log_once_and_passkeys_say_why_they_fail(string? origin, int status)
    {
        await using var market = new KestrelHost();
        var visitor = market.Browser();
        var token = await visitor.Token("/account/sign-in");

        for (var i = 0; i < 2; i++)
        {
            var answer = await visitor.Scenario(s =>
            {
                s.Post.Url("/account/sign-in?handler=PasskeyOptions");
                s.AsScript(token);
                s.WithRequestHeader("Sec-Fetch-Site", "same-origin");
                s.WithRequestHeader("Origin", origin ?? market.Url);
                s.IgnoreStatusCode();
            });
            answer.StatusCode.ShouldBe(status);
            if (status == 400) answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldContain("서버 설정 때문에");
        }

        LinesWith(market, "Let the reverse proxy forward").Length.ShouldBe(status == 400 ? 1 : 0);
    }

    [Theory]
    [InlineData("market.example", "market.example", 200)]
    [InlineData("MARKET.example:443", "market.example", 200)]
    [InlineData("shop.market.example", "*.market.example", 200)]
    [InlineData("xn--299ar12cf5ax7r.example", "중고장터.example", 200)]
    [InlineData("evil.example", "market.example", 400)]
    [InlineData("evil.example", "market.example;127.0.0.1", 400)]
    [InlineData("market.example.evil.example", "market.example", 400)]
    public async Task The_hosts_that_are_allowed_are_those_that_browsers_ask_for(string forwarded, string allowed, int status)
    {
        await using var market = new KestrelHost();
        market.With("Proxy:Known", Loopback).With("AllowedHosts", allowed);

        var answer = await market.Browser().Scenario(s =>
        {
            s.Get.Url("/account/sign-in");
            s.WithRequestHeader("X-Forwarded-For", "198.51.100.1");
            s.WithRequestHeader("X-Forwarded-Host", forwarded);
            s.IgnoreStatusCode();
        });

        answer.StatusCode.ShouldBe(status);
    }

    private static string[] LinesWith(KestrelHost market, string text) =>
        [.. Directory.GetFiles(Path.Combine(market.StorageRoot, "logs")).SelectMany(ReadShared)
            .Where(line => line.Contains(text, StringComparison.Ordinal))];


    private static IEnumerable<string> ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static Task<IScenarioResult> AskFor(KestrelHost market, string client, string url = "/") => market.Browser().Scenario(s =>
    {
        s.Get.Url(url);
        s.WithRequestHeader("X-Forwarded-For", client);
        s.WithRequestHeader("X-Forwarded-Proto", "https");
        s.WithRequestHeader("X-Forwarded-Host", "market.example");
        s.IgnoreStatusCode();
    });
}
