using AngleSharp.Dom;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Developers.Flags;

public sealed class FlagsTests : IDisposable
{
    private const string Url = "/developers/flags";

    private readonly MarketHost _host = new();

    [Fact]
    public async Task Every_flag_of_the_settings_is_listed_with_its_rule_in_words()
    {
        _host.With("FeatureManagement:Everyone", "true").With("FeatureManagement:NoOne", "false")
            .With("FeatureManagement:Some", "@minsu, @alice, 12.5%").With("FeatureManagement:Most:EnabledFor:0:Name", "Microsoft.Targeting")
            .With("FeatureManagement:Most:EnabledFor:0:Parameters:Audience:DefaultRolloutPercentage", "100")
            .With("FeatureManagement:Most:EnabledFor:0:Parameters:Audience:Exclusion:Users:0", "bob");

        var page = await _host.Browser("en").Page(Url);
        var korean = await _host.Browser("ko").Page(Url);

        page.QuerySelectorAll("[data-flag]").Select(row => row.GetAttribute("data-flag")).ShouldContain("LongPolling");
        RuleOf(page, "Everyone").ShouldBe("Everyone");
        RuleOf(page, "NoOne").ShouldBe("No one");
        RuleOf(page, "Some").ShouldBe("minsu · alice · 12.5% of people");
        RuleOf(page, "Most").ShouldBe("100% of people · except bob");
        RuleOf(korean, "Some").ShouldBe("minsu · alice · 전체의 12.5%");
        RuleOf(korean, "Most").ShouldBe("전체의 100% · bob님은 빼고");
    }

    [Fact]
    public async Task It_tells_what_is_on_for_oneself_and_for_whomever_one_names()
    {
        _host.With("FeatureManagement:Some", "@minsu");
        var bob = await _host.SignedIn("bob");

        (await IsOn(bob)).ShouldBeFalse();
        (await IsOn(bob, "minsu")).ShouldBeTrue();
        (await IsOn(bob, " MINSU ")).ShouldBeTrue();
        (await IsOn(_host.Browser())).ShouldBeFalse();
        (await IsOn(_host.Browser(), "minsu")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_pointed_out()
    {
        var bob = await _host.SignedIn("bob");

        (await bob.Page($"{Url}?name=nobody")).QuerySelector("[data-unknown]").ShouldNotBeNull();
        (await bob.Page($"{Url}?name=%00%ED%A0%80")).QuerySelector("[data-unknown]").ShouldNotBeNull();
        (await bob.Page($"{Url}?name={bob.Name}")).QuerySelector("[data-unknown]").ShouldBeNull();
        (await bob.Page(Url)).QuerySelector("[data-unknown]").ShouldBeNull();
    }

    [Fact]
    public async Task The_profile_leads_there()
    {
        var bob = await _host.SignedIn("bob");

        (await bob.Page("/account/profile")).QuerySelector($"a[href='{Url}']").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Outside_Development_there_is_no_such_page_and_nothing_leads_there(string method)
    {
        _host.With("environment", "Production");
        var bob = await _host.SignedIn("bob");

        foreach (var visitor in new[] { bob, _host.Browser() })
        {
            // In an unpublished build, the fallback route for files created after the build rejects a POST to any path.
            var nowhere = await StatusOf(visitor, method, "/developers/nowhere");
            nowhere.ShouldBe(method == "GET" ? 404 : 405);
            (await StatusOf(visitor, method, Url)).ShouldBe(nowhere);
        }

        (await bob.Page("/account/profile")).QuerySelector($"a[href='{Url}']").ShouldBeNull();
    }

    public void Dispose() => _host.Dispose();

    private static async Task<bool> IsOn(TestBrowser visitor, string? name = null) =>
        (await visitor.Page($"{Url}?name={name}")).QuerySelector("[data-flag=Some]").ShouldNotBeNull().GetAttribute("data-on") == "True";

    private static string RuleOf(IParentNode page, string flag) =>
        page.QuerySelector($"[data-flag={flag}] .rows__note").ShouldNotBeNull().TextContent.Trim();

    private static async Task<int> StatusOf(TestBrowser visitor, string method, string url) => (await visitor.Scenario(s =>
    {
        s.By(method).Url(url);
        s.IgnoreStatusCode();
    })).StatusCode;
}
