using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Infrastructure.RateLimits;
using MarketChat.Tests.Support;
using Microsoft.Extensions.Options;

namespace MarketChat.Tests.Infrastructure.RateLimits;

/// <summary>
/// Limits with a capacity of two, where the third request is rejected. A token bucket of two refills with one token every 30 seconds, so
/// Retry-After is at most that, and no test takes that long.
/// </summary>
public sealed class RateLimitTests(RateLimitTests.StrictHost host) : IClassFixture<RateLimitTests.StrictHost>
{
    private const int Allowed = 2;
    private const int MaxWait = 60 / Allowed;

    [Fact]
    public async Task Messages_are_counted_per_person()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        await talk.Send(talk.Buyer, "둘");

        var refused = await WithoutQueries(() => talk.Post(talk.Buyer, "셋", Guid.NewGuid()));

        ShouldAskAScriptToWait(refused);
        await talk.Send(talk.Seller, "저는 처음이에요");
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["하나", "둘", "저는 처음이에요"]);
    }

    [Fact]
    public async Task A_message_sent_too_fast_by_the_form_comes_back_with_its_text()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        await talk.Send(talk.Buyer, "둘");
        var page = await talk.Buyer.Page(talk.Url);

        var refused = await WithoutQueries(() =>
            talk.Buyer.Submit(page, talk.Url, "form[data-composer]", ("payload", "셋째 <말>\n둘째 줄")));

        ShouldAskToWait(refused);
        var form = refused.ReadAsHtml().QuerySelector("form[data-composer]").ShouldNotBeNull();
        form.QuerySelector<IHtmlTextAreaElement>("textarea")!.Value.ShouldBe("셋째 <말>\n둘째 줄");
        form.QuerySelector("[role=alert]")!.TextContent.ShouldBe($"조금 빨라요. {refused.Header("Retry-After")}초 뒤에 다시 보내주세요.");
        form.GetAttribute("action").ShouldBe($"{talk.Url}/send");
    }

    [Fact]
    public async Task A_form_without_a_token_gets_nothing_back_even_too_fast()
    {
        var talk = await Conversation.Create(host);
        for (var i = 0; i < Allowed; i++) await talk.Send(talk.Buyer, "말");

        await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("payload", "위조")).ToUrl($"{talk.Url}/send");
            s.StatusCodeShouldBe(400);
            s.ContentShouldNotContain("위조");
        });
    }

    [Fact]
    public async Task Rooms_are_counted_per_person()
    {
        var users = await TestUsers.Of(host);
        var token = await users.TokenOf(users.Stranger);
        for (var i = 0; i < Allowed; i++) (await StartChat(users.Stranger, users.Talk, token, "text/html")).StatusCode.ShouldBe(303);

        var page = await WithoutQueries(() => StartChat(users.Stranger, users.Talk, token, "text/html"));
        var script = await WithoutQueries(() => StartChat(users.Stranger, users.Talk, token, "application/json"));

        ShouldAskToWait(page);
        page.ReadAsHtml().QuerySelector("main a[href='/']").ShouldNotBeNull();
        ShouldAskAScriptToWait(script);
        (await StartChat(users.Buyer, users.Talk, await users.TokenOf(users.Buyer), "text/html")).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task Products_are_counted_per_person_and_the_form_comes_back_as_typed()
    {
        var (busy, other) = (await host.SignedIn(language: "en"), await host.SignedIn());
        for (var i = 0; i < Allowed; i++) (await PostProduct(busy)).StatusCode.ShouldBe(303);
        var form = await busy.Page("/products/post");

        var refused = await WithoutQueries(() => busy.Submit(form, "/products/post", "form[data-post-product]",
            ("title", "셋째 \"자전거\""), ("price", "1,000"), ("description", "한 줄\n두 줄")));

        ShouldAskToWait(refused);
        var page = refused.ReadAsHtml();
        page.QuerySelector("[role=alert]")!
            .TextContent.ShouldBe($"That was a little fast. Seconds to wait before you send it again: {refused.Header("Retry-After")}.");
        page.QuerySelectorAll("[role=alert]").Length.ShouldBe(1);
        page.QuerySelector<IHtmlInputElement>("[name=title]")!.Value.ShouldBe("셋째 \"자전거\"");
        page.QuerySelector<IHtmlInputElement>("[name=price]")!.Value.ShouldBe("1,000");
        page.QuerySelector<IHtmlTextAreaElement>("textarea[name=description]")!.Value.ShouldBe("한 줄\n두 줄");
        (await busy.Submit(page, "/products/post", "form[data-post-product]"))
            .StatusCode.ShouldBe(429, "the same form, ready to be sent again");
        (await PostProduct(other)).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task Changes_of_the_profile_count_as_uploads()
    {
        var bob = await host.SignedIn();
        for (var i = 0; i < Allowed; i++) (await bob.Submit("/account/profile", "form[data-profile]")).StatusCode.ShouldBe(303);
        var page = await bob.Page("/account/profile");

        ShouldAskToWait(await WithoutQueries(() => bob.Submit(page, "/account/profile", "form[data-profile]")));

        (await bob.Scenario(s => s.Get.Url("/account/profile"))).StatusCode.ShouldBe(200, "looking at it is not changing it");
    }

    [Fact]
    public async Task Guesses_at_one_name_are_counted_wherever_they_come_from_and_whether_or_not_anybody_has_it()
    {
        var user = await host.AddUser("bob");
        var (known, unknown) = (user.UserName!, "nobody-at-all");
        foreach (var name in new[] { known, unknown })
        {
            for (var i = 0; i < Allowed; i++) (await SignIn(host.Browser(), name, "wrong password")).StatusCode.ShouldBe(200);
        }

        var aboutKnown = await SignIn(host.Browser(), known.ToUpperInvariant(), MarketHost.Password);
        var aboutUnknown = await SignIn(host.Browser(), unknown, MarketHost.Password);

        foreach (var refused in new[] { aboutKnown, aboutUnknown })
        {
            ShouldAskToWait(refused);
            refused.ReadAsHtml().QuerySelector("[role=alert]")!.TextContent.ShouldStartWith("조금 빨라요.");
        }

        aboutUnknown.ReadAsHtml().QuerySelector<IHtmlInputElement>("[name=userName]")!.Value.ShouldBe(unknown);
        (await SignIn(host.Browser(), (await host.AddUser("jane")).UserName!, MarketHost.Password)).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task A_name_that_is_tried_too_often_is_not_even_looked_up()
    {
        var visitor = host.Browser();
        for (var i = 0; i < Allowed; i++) await SignIn(visitor, "guessed", "wrong password");
        var page = await visitor.Page("/account/sign-in");

        ShouldAskToWait(await WithoutQueries(
            () => visitor.Submit(page, "/account/sign-in", "form[data-sign-in]", ("userName", "guessed"), ("password", "wrong"))));
    }

    [Fact]
    public async Task Tries_to_sign_in_are_counted_per_address()
    {
        using var market = Market("SignInsPerMinute");
        for (var i = 0; i < Allowed; i++) await SignIn(market.Browser(), $"nobody{i}", "wrong password");

        var refused = await SignIn(market.Browser(), "somebody-else", "wrong password");

        ShouldAskToWait(refused);
        refused.ReadAsHtml().QuerySelector<IHtmlInputElement>("[name=userName]")!.Value.ShouldBe("somebody-else");
    }

    [Fact]
    public async Task New_accounts_are_counted_per_address()
    {
        using var market = Market("SignUpsPerMinute");
        for (var i = 0; i < Allowed; i++) (await SignUp(market.Browser(), $"newcomer{i}")).StatusCode.ShouldBe(303);

        var refused = await SignUp(market.Browser(), "third");

        ShouldAskToWait(refused);
        refused.ReadAsHtml().QuerySelector<IHtmlInputElement>("[name=userName]")!.Value.ShouldBe("third");
        (await market.Data(db => Task.FromResult(db.Users.Count()))).ShouldBe(Allowed);
    }

    [Fact]
    public async Task All_that_is_asked_without_a_session_is_counted_per_address_but_for_styles_and_scripts()
    {
        using var market = Market("AnonymousPerMinute");
        var (passer, member) = (market.Browser("en"), (await TestUsers.Of(market)).Stranger);
        for (var i = 0; i < Allowed; i++) (await passer.Scenario(s => s.Get.Url("/"))).StatusCode.ShouldBe(200);

        var before = market.Statements.Count;
        var page = await passer.Scenario(s =>
        {
            s.Get.Url("/");
            s.IgnoreStatusCode();
        });
        var script = await passer.Scenario(s =>
        {
            s.Get.Url("/");
            s.AsScript();
            s.IgnoreStatusCode();
        });
        market.Statements.Count.ShouldBe(before);

        ShouldAskToWait(page);
        page.ReadAsHtml().QuerySelector("main")!.TextContent.ShouldContain("Too many requests.");
        page.ReadAsHtml().QuerySelector("main a[href='/']").ShouldNotBeNull();
        script.StatusCode.ShouldBe(429);
        script.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("Too many requests. Please try again in a moment.");
        (await passer.Scenario(s => s.Get.Url("/css/base.css"))).StatusCode.ShouldBe(200);
        for (var i = 0; i < 3 * Allowed; i++) (await member.Scenario(s => s.Get.Url("/"))).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task Polls_are_limited_by_how_many_are_being_answered_at_once()
    {
        var talk = await Conversation.Create(host);
        // From now on the session is known to be valid.
        foreach (var person in new[] { talk.Buyer, talk.Seller }) await talk.Poll(person);
        using var databaseAnswers = new ManualResetEventSlim();
        var waiting = 0;
        host.Statements.Before = _ =>
        {
            Interlocked.Increment(ref waiting);
            databaseAnswers.Wait(TimeSpan.FromMinutes(1));
        };
        var slow = Enumerable.Range(0, Allowed).Select(_ => Task.Run(() => talk.Poll(talk.Buyer))).ToList();
        await Wait.Until(() => Volatile.Read(ref waiting) == Allowed, "the polls are being answered");

        ShouldAskAScriptToWait(await WithoutQueries(() => talk.Buyer.Scenario(s =>
        {
            s.Get.Url($"{talk.Url}?handler=Messages&after=0");
            s.IgnoreStatusCode();
        })));
        host.Statements.Before = null;
        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty("another person's are others");
        (await talk.Buyer.Scenario(s => s.Get.Url(talk.Url))).StatusCode.ShouldBe(200, "a page is no poll");

        databaseAnswers.Set();
        await Task.WhenAll(slow);
        (await talk.Poll(talk.Buyer)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Switched_off_nothing_is_counted()
    {
        using var market = Market("MessagesPerMinute").With("RateLimits:Enabled", "false");
        var talk = await Conversation.Create(market);

        for (var i = 0; i < 3 * Allowed; i++) await talk.Send(talk.Buyer, "빨리");
    }

    [Theory]
    [InlineData("MessagesPerMinute", "0")]
    [InlineData("RoomsPerMinute", "-1")]
    [InlineData("UploadsPerMinute", "0")]
    [InlineData("ConcurrentPolls", "0")]
    [InlineData("ConcurrentSearches", "0")]
    [InlineData("SignInsPerMinute", "0")]
    [InlineData("SignInsPerNamePerMinute", "1000001")]
    [InlineData("SignUpsPerMinute", "0")]
    [InlineData("AnonymousPerMinute", "0")]
    public void A_number_out_of_range_stops_the_app_at_its_start(string limit, string value)
    {
        using var market = new MarketHost().With("RateLimits:Enabled", "true").With($"RateLimits:{limit}", value);

        Should.Throw<OptionsValidationException>(() => market.Services).Message.ShouldContain(limit);
    }

    [Fact]
    public void Made_up_names_and_addresses_share_a_fixed_number_of_counters()
    {
        var names = Enumerable.Range(0, 200_000).Select(i => HashedPartitionKey.ForKey($"name{i}"));
        var networks = Enumerable.Range(0, 200_000)
            .Select(i => HashedPartitionKey.ForKey(IPAddress.Parse($"2001:db8:{i >> 8:x}:{i & 255:x}::1")));

        foreach (var slots in new[] { names.ToList(), [.. networks] })
        {
            slots.ShouldAllBe(slot => slot >= 0 && slot < HashedPartitionKey.Count);
            slots.Distinct().Count().ShouldBeGreaterThan(HashedPartitionKey.Count / 2);
        }
    }

    [Fact]
    public void One_network_of_one_person_is_one_address()
    {
        HashedPartitionKey.ForKey(IPAddress.Parse("2001:db8:1:2:3:4:5:6"))
            .ShouldBe(HashedPartitionKey.ForKey(IPAddress.Parse("2001:db8:1:2::1")));
        HashedPartitionKey.ForKey(IPAddress.Parse("::ffff:192.0.2.7")).ShouldBe(HashedPartitionKey.ForKey(IPAddress.Parse("192.0.2.7")));
        Enumerable.Range(0, 50).Select(i => HashedPartitionKey.ForKey(IPAddress.Parse($"192.0.2.{i}"))).Distinct().Count()
            .ShouldBeGreaterThan(40);
    }

    private static MarketHost Market(string limit) =>
        new MarketHost().With("RateLimits:Enabled", "true").With($"RateLimits:{limit}", $"{Allowed}");

    /// <summary>Sends a request that must be handled without any database query, and so without hashing a password.</summary>
    private async Task<IScenarioResult> WithoutQueries(Func<Task<IScenarioResult>> ask)
    {
        IScenarioResult answer = null!;
        (await host.CountStatements(async () => answer = await ask())).ShouldBe(0);
        return answer;
    }

    private static void ShouldAskToWait(IScenarioResult refused)
    {
        refused.StatusCode.ShouldBe(429, refused.ReadAsText());
        int.Parse(refused.Header("Retry-After").ShouldNotBeNull()).ShouldBeInRange(1, MaxWait);
        refused.Header("Content-Type").ShouldNotBeNull().ShouldStartWith("text/html");
    }

    private static void ShouldAskAScriptToWait(IScenarioResult refused)
    {
        refused.StatusCode.ShouldBe(429, refused.ReadAsText());
        int.Parse(refused.Header("Retry-After").ShouldNotBeNull()).ShouldBeInRange(1, MaxWait);
        refused.Header("Content-Type").ShouldNotBeNull().ShouldStartWith("application/problem+json");
        refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldBe("요청이 너무 많아요. 잠시 후 다시 시도해주세요.");
    }

    private static Task<IScenarioResult> SignIn(TestBrowser visitor, string name, string password) =>
        visitor.Submit("/account/sign-in", "form[data-sign-in]", ("userName", name), ("password", password));

    private static Task<IScenarioResult> SignUp(TestBrowser visitor, string name) => visitor.Submit(
        "/account/sign-up", "form[data-sign-up]", ("userName", name), ("password", MarketHost.Password),
        ("confirmPassword", MarketHost.Password));

    private static Task<IScenarioResult> PostProduct(TestBrowser visitor) => visitor.Submit(
        "/products/post", "form[data-post-product]", ("title", "자전거"), ("price", "1000"), ("description", "빨간 자전거"));

    private static Task<IScenarioResult> StartChat(TestBrowser visitor, Conversation talk, string token, string accept) =>
        visitor.Scenario(s =>
    {
        s.Post.Url($"/products/{talk.Product.Id}/start-chat");
        s.WithRequestHeader("RequestVerificationToken", token);
        s.WithRequestHeader("Accept", accept);
        s.IgnoreStatusCode();
    });

    public sealed class StrictHost : MarketHost
    {
        public StrictHost()
        {
            With("RateLimits:Enabled", "true");
            foreach (
                var limit in new[] { "MessagesPerMinute", "RoomsPerMinute", "UploadsPerMinute", "ConcurrentPolls",
                    "SignInsPerNamePerMinute" })
            {
                With($"RateLimits:{limit}", $"{Allowed}");
            }
        }
    }
}
