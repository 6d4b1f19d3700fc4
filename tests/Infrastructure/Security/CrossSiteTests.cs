using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Security;

/// <summary>Cross-site requests from a signed-in browser change nothing, on any route.</summary>
public sealed class CrossSiteTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string ErrorPage = "POST /error/{status:int?}"; // Re-executed for a failed request, with the method of that request.

    private static readonly string[] _acceptTypes = ["text/html", "application/json"];

    [Fact]
    public async Task Nothing_is_taken_without_an_antiforgery_token()
    {
        var users = await TestUsers.Of(host);
        var before = DatabaseSnapshot.Of(host);

        foreach (var route in await UnsafeRoutes())
        {
            foreach (var accept in _acceptTypes)
            {
                (await Send(users, route, accept)).StatusCode.ShouldBe(route.ToString() == ErrorPage ? 404 : 400, $"{route} as {accept}");
            }
        }

        DatabaseSnapshot.Of(host).ShouldBe(before);
    }

    [Fact]
    public async Task Nothing_is_taken_from_another_sites_page_whatever_token_it_brings()
    {
        var users = await TestUsers.Of(host);
        var token = await users.TokenOf(users.Buyer);
        var before = DatabaseSnapshot.Of(host);

        foreach (var route in await UnsafeRoutes())
        {
            foreach (var accept in _acceptTypes)
            {
                (await Send(users, route, accept, ("RequestVerificationToken", token), ("Sec-Fetch-Site", "cross-site")))
                    .StatusCode.ShouldBe(403, $"{route} as {accept}");
            }
        }

        DatabaseSnapshot.Of(host).ShouldBe(before);
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task Looking_changes_nothing_but_how_far_one_has_read_in_a_room_one_opens()
    {
        var users = await TestUsers.Of(host);
        await users.Talk.Send(users.Seller, "아직 있어요");
        await users.Talk.Send(users.Buyer, "살게요");
        var changed = new List<string>();

        foreach (var route in (await AppRoute.AllOf(host)).Where(route => !route.ChangesSomething))
        {
            foreach (var (name, visitor) in new[] { ("signed out", users.SignedOut), ("stranger", users.Stranger), ("buyer", users.Buyer),
                ("seller", users.Seller) })
            {
                foreach (var accept in _acceptTypes.Reverse()) // Scripts first: a page request could already have made the change.
                {
                    var before = DatabaseSnapshot.Of(host);
                    await Look(visitor, route, users.Talk, accept);
                    if (DatabaseSnapshot.Of(host) != before) changed.Add($"{route} by the {name} as {accept}");
                }
            }
        }

        changed.ShouldBe(["GET /chat/{id:int} by the buyer as text/html", "GET /chat/{id:int} by the seller as text/html"]);
    }

    [Theory]
    [InlineData("document", "navigate", true)]
    [InlineData("", "", true)] // A browser that sends neither header.
    [InlineData("image", "no-cors", false)]
    [InlineData("iframe", "navigate", false)]
    [InlineData("frame", "navigate", false)]
    [InlineData("embed", "navigate", false)]
    [InlineData("object", "navigate", false)]
    [InlineData("script", "no-cors", false)]
    [InlineData("style", "no-cors", false)]
    [InlineData("empty", "cors", false)]
    [InlineData("empty", "same-origin", false)]
    public async Task Only_a_room_that_is_opened_as_a_page_counts_as_read(string destination, string mode, bool counts)
    {
        var users = await TestUsers.Of(host);
        var message = await users.Talk.Send(users.Seller, "읽었어요?");

        await users.Buyer.Scenario(s =>
        {
            s.Get.Url(users.Talk.Url);
            if (destination.Length > 0) s.WithRequestHeader("Sec-Fetch-Dest", destination);
            if (mode.Length > 0) s.WithRequestHeader("Sec-Fetch-Mode", mode);
            s.WithRequestHeader("Sec-Fetch-Site", "cross-site");
            s.StatusCodeShouldBeOk();
        });

        (await users.Talk.Poll(users.Seller)).CounterpartReadUpTo.ShouldBe(counts ? message.Id : 0);
    }

    [Fact]
    public async Task Asking_for_a_rooms_headers_alone_is_not_reading_it()
    {
        var users = await TestUsers.Of(host);
        await users.Talk.Send(users.Seller, "읽었어요?");

        await users.Buyer.Scenario(s =>
        {
            s.By("HEAD").Url(users.Talk.Url);
            s.StatusCodeShouldBeOk();
        });

        (await users.Talk.Poll(users.Seller)).CounterpartReadUpTo.ShouldBe(0);
    }

    [Fact]
    public async Task No_cookie_goes_along_with_what_another_site_sends()
    {
        var user = await host.AddUser("bob");
        var visitor = host.Browser();
        IScenarioResult[] answers =
        [
            await visitor.Scenario(s => s.Get.Url("/account/sign-in")),
            await visitor.Submit("/account/sign-in", "form[data-sign-in]", ("userName", user.UserName!), ("password", MarketHost.Password)),
            await visitor.Submit("/account/profile", "form[data-profile]", ("language", "en")),
        ];

        var cookies = answers.SelectMany(answer => answer.HeaderLines("Set-Cookie")).ToList();

        foreach (var name in new[] { "market-session=", "market-antiforgery=", "market-language=" })
        {
            cookies.ShouldContain(cookie => cookie.StartsWith(name, StringComparison.Ordinal));
        }

        cookies.ShouldAllBe(cookie => cookie.Contains("samesite=lax") || cookie.Contains("samesite=strict"));
        cookies.ShouldAllBe(cookie => cookie.Contains("httponly"));
    }

    private async Task<IEnumerable<AppRoute>> UnsafeRoutes() => (await AppRoute.AllOf(host)).Where(route => route.ChangesSomething);

    private static Task<IScenarioResult> Send(TestUsers users, AppRoute route, string accept,
        params (string Name, string Value)[] headers) =>
        users.Buyer.Scenario(s =>
        {
            s.By(route.Method).Form(AuthorizationMatrixTests.FormOf(route)).ToUrl(route.UrlIn(users.Talk));
            s.WithRequestHeader("Accept", accept);
            foreach (var (name, value) in headers) s.WithRequestHeader(name, value);
            s.IgnoreStatusCode();
        });

    private static Task<IScenarioResult> Look(TestBrowser visitor, AppRoute route, Conversation talk, string accept) =>
        visitor.Scenario(s =>
    {
        s.By(route.Method).Url(route.UrlIn(talk));
        s.WithRequestHeader("Accept", accept);
        s.IgnoreStatusCode();
    });
}
