using System.Text.Json;
using AngleSharp.Dom;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Infrastructure.Http;

/// <summary>The app under a path of its host: one setting, and every URL, cookie and redirect stays under that path.</summary>
public sealed class PathBaseTests : BrowserTest
{
    private const string Base = "/market";

    [Theory]
    [InlineData(Base)]
    [InlineData("")] // The proxy has removed the path.
    public async Task Every_link_form_image_script_and_redirect_of_every_page_stays_under_the_path(string prefix)
    {
        await using var host = new MarketHost();
        host.With("PathBase", $"{Base}/");
        var users = await TestUsers.Of(host);
        var redirects = 0;

        foreach (var route in (await AppRoute.AllOf(host)).Where(route => route.Method == "GET"))
        {
            foreach (var visitor in new[] { users.SignedOut, users.Stranger, users.Buyer, users.Seller })
            {
                var answer = await visitor.Scenario(s =>
                {
                    s.Get.Address(new Uri(visitor.Address, prefix + route.UrlIn(users.Talk)));
                    s.IgnoreStatusCode();
                });

                if (answer.Location is { } location)
                {
                    new Uri(visitor.Address, location).AbsolutePath.ShouldStartWith($"{Base}/", customMessage: $"{route}");
                    redirects++;
                }

                if (answer.Header("Content-Type")?.StartsWith("text/html", StringComparison.Ordinal) is not true) continue;
                UrlsIn(answer.ReadAsHtml()).ShouldAllBe(url => url.StartsWith($"{Base}/"), $"{route}");
            }
        }

        redirects.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Forms_lead_on_under_the_path_and_cookies_are_limited_to_it()
    {
        await using var host = new MarketHost();
        host.With("PathBase", Base);
        var user = await host.AddUser("bob");
        var product = await host.AddProduct((await host.AddUser("alice")).Id);
        var visitor = host.Browser();
        var asked = await visitor.Scenario(s =>
        {
            s.Get.Url($"{Base}/chat");
            s.IgnoreStatusCode();
        });

        var signedIn = await visitor.Submit(
            new Uri(asked.Location!).PathAndQuery, "form[data-sign-in]", ("userName", user.UserName!), ("password", MarketHost.Password));

        signedIn.Location.ShouldBe($"{Base}/chat");
        signedIn.HeaderLines("Set-Cookie").ShouldAllBe(cookie => cookie.Contains($"path={Base};"));
        (await visitor.Submit($"{Base}/products/{product.Id}", "form[data-start-chat]")).Location.ShouldBe($"{Base}/chat/1");
        (await visitor.Submit($"{Base}/account/profile", "form[data-sign-out]")).Location.ShouldBe($"{Base}/");
        visitor.Cookies.GetAllCookies().ShouldAllBe(cookie => cookie.Path == Base);
    }

    [Theory]
    [InlineData("market")]
    [InlineData("/market?x")]
    [InlineData("https://market.example/chat")]
    public void What_is_no_path_stops_the_app_at_its_start(string path)
    {
        using var host = new MarketHost().With("PathBase", path);

        Should.Throw<InvalidOperationException>(() => host.Services).Message.ShouldContain(path);
    }

    [BrowserFact]
    public async Task Two_users_chat_under_the_path_and_no_request_leaves_it()
    {
        await using var host = new KestrelHost();
        host.With("PathBase", Base);
        var talk = await Conversation.Create(host);
        var strays = new List<string>();
        var (seller, buyer) = (await Device(host, talk.Seller), await Device(host, talk.Buyer));
        foreach (var page in new[] { seller, buyer })
        {
            page.Response += (_, response) =>
            {
                if (response.Status >= 400 || !new Uri(response.Url).AbsolutePath.StartsWith($"{Base}/", StringComparison.Ordinal))
                {
                    strays.Add($"{response.Status} {response.Url}");
                }
            };
        }

        await seller.Open($"{Base}/chat");
        await buyer.OpenRoom(Base + talk.Url);
        await buyer.Say("아직 있나요?");
        await Expect(seller.Locator("[data-room-id] [data-unread-count]")).ToContainTextAsync("1");
        await seller.ClickAsync("[data-room-id] a");
        await seller.ShouldSee("아직 있나요?");
        await seller.Say("네, 있어요.");
        await buyer.ShouldSee("네, 있어요.");
        await buyer.Open($"{Base}/");
        foreach (var tab in new[] { "chat", "account/profile", "" }) await buyer.ClickAsync($"nav a.tabs__tab[href='{Base}/{tab}']");

        strays.ShouldBeEmpty();
    }

    private static IEnumerable<string> UrlsIn(IDocument page)
    {
        foreach (var element in page.All)
        {
            foreach (var name in new[] { "href", "src", "action" })
            {
                if (element.GetAttribute(name) is { } url && (url.StartsWith('/') || url.StartsWith('~'))) yield return url;
            }

            foreach (var candidate in element.GetAttribute("srcset")?.Split(", ") ?? []) yield return candidate;
        }

        var map = JsonDocument.Parse(page.QuerySelector("script[type=importmap]")!.TextContent);
        foreach (var module in map.RootElement.GetProperty("imports").EnumerateObject()) yield return module.Value.GetString()!;
    }
}
