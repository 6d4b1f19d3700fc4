using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>The probes of a load balancer: /livez and /healthz.</summary>
public sealed class ProbeTests
{
    private static readonly Uri _byAddress = new("http://10.0.0.7:5000");

    [Theory]
    [InlineData("/livez")]
    [InlineData("/healthz")]
    public async Task A_probe_may_use_any_host_name_is_not_limited_and_leaves_no_line_in_the_log(string url)
    {
        await using var host = new MarketHost();
        host.With("AllowedHosts", "market.example").With("RateLimits:Enabled", "true").With("RateLimits:AnonymousPerMinute", "1");
        var probe = host.Browser(address: _byAddress);

        for (var i = 0; i < 3; i++)
        {
            (await probe.Status(url)).ShouldBe(200);
            (await Ask(probe, "HEAD", url)).StatusCode.ShouldBe(200);
        }

        (await probe.Status("/account/sign-in")).ShouldBe(400, "pages are for the names of the app");
        foreach (var file in Directory.GetFiles(Path.Combine(host.StorageRoot, "logs")))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            (await reader.ReadToEndAsync()).ShouldNotContain(url);
        }
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/healthz")]
    public async Task A_probe_only_reads(string url)
    {
        await using var host = new MarketHost();

        foreach (var method in new[] { "POST", "PUT", "DELETE", "OPTIONS" })
        {
            var refused = await Ask(host.Browser(), method, url);
            refused.StatusCode.ShouldBe(405, method);
            refused.Header("Allow").ShouldBe("GET, HEAD");
        }
    }

    [Fact]
    public async Task The_app_is_not_healthy_while_photos_cannot_be_stored()
    {
        await using var host = new MarketHost();
        var probe = host.Browser();
        (await probe.Status("/healthz")).ShouldBe(200);
        var photos = Path.Combine(host.StorageRoot, "photos");
        Directory.GetFiles(photos).ShouldBeEmpty();

        Directory.Delete(photos);
        await host.Clock.AdvanceUntil(async () => await probe.Status("/healthz") == 503, "health says so");
        (await probe.Status("/livez")).ShouldBe(200);

        Directory.CreateDirectory(photos);
        await host.Clock.AdvanceUntil(async () => await probe.Status("/healthz") == 200, "health recovers");
    }

    private static Task<IScenarioResult> Ask(TestBrowser probe, string method, string url) => probe.Scenario(s =>
    {
        s.By(method).Url(url);
        s.IgnoreStatusCode();
    });
}
