using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Security;

public sealed class SecurityHeadersTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/account/sign-in")]
    [InlineData("/nowhere")]
    [InlineData("/badge")]
    [InlineData("/healthz")]
    [InlineData("/css/base.css")]
    [InlineData("/products/abc")]
    [InlineData("/?before=abc")]
    public async Task Every_answer_carries_them(string url)
    {
        var answer = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.IgnoreStatusCode();
        });

        var policy = answer.Header("Content-Security-Policy").ShouldNotBeNull();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldContain("require-trusted-types-for 'script'");
        policy.ShouldNotContain("unsafe");
        policy.ShouldNotContain("*");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
        answer.Header("Referrer-Policy").ShouldBe("same-origin");
        answer.Header("Permissions-Policy").ShouldNotBeNull();
        answer.Header("Cross-Origin-Opener-Policy").ShouldBe("same-origin");
        answer.Header("Cross-Origin-Resource-Policy").ShouldBe("same-origin");
        answer.Header("Server").ShouldBeNull();
    }

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/account/sign-in", 200)]
    [InlineData("/nowhere", 404)]
    [InlineData("/products/0", 404)]
    [InlineData("/?before=abc", 400)]
    [InlineData("/chat", 302)]
    [InlineData("/badge", 401)]
    [InlineData("/healthz", 200)]
    [InlineData("/photos/none.jpg", 404)]
    public async Task No_cache_keeps_an_answer_that_does_not_say_so(string url, int status)
    {
        var answer = await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.StatusCodeShouldBe(status);
        });

        answer.Header("Cache-Control").ShouldNotBeNull().ShouldContain("no-store");
    }

    [Fact]
    public async Task A_quiet_poll_is_kept_by_no_cache()
    {
        var bob = await host.SignedIn();
        var version = (await bob.Scenario(s => s.Get.Url("/badge"))).ReadAsJson().GetProperty("version").GetInt64();

        await bob.Scenario(s =>
        {
            s.Get.Url($"/badge?version={version}");
            s.StatusCodeShouldBe(204);
            s.Header("Cache-Control").SingleValueShouldEqual("no-store");
        });
    }

    [Fact]
    public async Task A_static_file_may_be_kept_also_when_it_is_asked_for_again()
    {
        var visitor = host.Browser();

        var first = await visitor.Scenario(s => s.Get.Url("/logo.svg"));
        var second = await visitor.Scenario(s =>
        {
            s.Get.Url("/logo.svg");
            s.WithRequestHeader("If-None-Match", first.Header("ETag").ShouldNotBeNull());
            s.StatusCodeShouldBe(304);
        });

        second.StatusCode.ShouldBe(304);
        foreach (var answer in new[] { first, second }) answer.Header("Cache-Control").ShouldNotBeNull().ShouldNotContain("no-store");
    }

    [Fact]
    public async Task The_pages_own_import_map_is_let_in_and_pages_have_no_other_inline_script_or_style()
    {
        var answer = await host.Browser().Scenario(s => s.Get.Url("/"));
        var page = answer.ReadAsHtml();

        var inline = page.QuerySelectorAll("script:not([src])").ShouldHaveSingleItem();
        var hash =
            Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(inline.TextContent)));
        answer.Header("Content-Security-Policy").ShouldNotBeNull().ShouldContain($"'sha256-{hash}'");
        inline.TextContent.ShouldContain("\"/js/times.js\":\"/js/market.");
        page.QuerySelectorAll("[style], style").Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("cross-site", 403)]
    [InlineData("same-site", 403)]
    [InlineData("same-origin", 201)]
    [InlineData("none", 201)]
    public async Task What_another_sites_page_sends_changes_nothing(string site, int status)
    {
        var talk = await Conversation.Create(host);
        var token = await talk.Buyer.Token();

        await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("payload", "안녕")).ToUrl($"{talk.Url}/send");
            s.AsScript(token);
            s.WithRequestHeader("Sec-Fetch-Site", site);
            s.StatusCodeShouldBe(status);
        });
        (await talk.Poll(talk.Seller)).Messages.Count.ShouldBe(status == 201 ? 1 : 0);
    }

    [Fact]
    public async Task Outside_development_browsers_are_told_to_stay_with_https()
    {
        await using var production = new ProductionHost();

        var answer = await production.Browser(address: new Uri("https://market.example")).Scenario(s => s.Get.Url("/"));

        answer.Header("Strict-Transport-Security").ShouldNotBeNull();
    }

    private sealed class ProductionHost : MarketHost
    {
        protected override void ConfigureWebHost(Microsoft.AspNetCore.Hosting.IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("environment", "Production");
        }
    }
}
