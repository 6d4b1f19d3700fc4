using MarketChat.Features.Chat.Send;
using MarketChat.Infrastructure.Http;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Http;

/// <summary>
/// The maximum size of request bodies: small for most routes, larger for routes that accept files. Runs on Kestrel, which enforces the
/// limit.
/// </summary>
public sealed class BodySizeTests(KestrelHost host) : IClassFixture<KestrelHost>
{
    private const int Margin = 1024;
    private const int MaxProfileBytes = 5 * 1024 * 1024 + 64 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_page_that_takes_a_form_refuses_a_body_beyond_its_limit(bool announced)
    {
        var users = await TestUsers.Of(host);
        var token = await users.TokenOf(users.Buyer);
        var pages = (await AppRoute.AllOf(host)).Where(route => route.Method == "POST" && !route.TakesFiles && !IsErrorPage(route))
            .ToList();
        pages.Count.ShouldBeGreaterThan(5);

        foreach (var page in pages)
        {
            var answer = await Send(users.Buyer, page.UrlIn(users.Talk), token, MaxRequestBodySizeAttribute.DefaultBytes + Margin,
                announced);

            answer.StatusCode.ShouldBe(413, $"{page}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_that_takes_a_picture_takes_more_but_not_without_end(bool announced)
    {
        var users = await TestUsers.Of(host);
        var token = await users.TokenOf(users.Buyer);

        (await Upload(MaxRequestBodySizeAttribute.DefaultBytes + Margin))
            .StatusCode.ShouldBe(200, "it is read, and found to be no picture");
        (await Upload(MaxProfileBytes + Margin)).StatusCode.ShouldBe(413);

        Task<IScenarioResult> Upload(int bytes) => users.Buyer.Scenario(s =>
        {
            s.Post.File("avatar", new byte[bytes]).ToUrl("/account/profile");
            s.WithRequestHeader("RequestVerificationToken", token);
            if (!announced) s.WithRequestHeader("Transfer-Encoding", "chunked");
            s.IgnoreStatusCode();
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_said_in_a_sentence(bool announced)
    {
        var users = await TestUsers.Of(host);
        var token = await users.TokenOf(users.Buyer);
        var tooMuch = SendModel.MaxBytes + Margin;

        var page = await Send(users.Buyer, $"{users.Talk.Url}/send", token, tooMuch, announced);
        var script = await Send(users.Buyer, $"{users.Talk.Url}/send", token, tooMuch, announced, "application/json");

        page.ReadAsHtml().QuerySelector("main")!.TextContent.ShouldContain("더 작은 파일로 다시 시도해주세요.");
        script.Header("Content-Type").ShouldNotBeNull().ShouldStartWith("application/problem+json");
        script.ReadAsJson<ApiContracts.Problem>().Detail.ShouldContain("더 작은 파일로 다시 시도해주세요.");
    }

    [Fact]
    public async Task A_body_within_the_limit_needs_to_announce_nothing()
    {
        var users = await TestUsers.Of(host);

        var answer = await Send(users.Buyer, $"{users.Talk.Url}/send", await users.TokenOf(users.Buyer),
            MaxRequestBodySizeAttribute.DefaultBytes - Margin, announced: false);

        answer.StatusCode.ShouldBe(303);
    }

    private static bool IsErrorPage(AppRoute route) => route.Path.StartsWith("/error", StringComparison.Ordinal);

    // Sends form fields that every page knows or ignores, padded to the size.
    private static Task<IScenarioResult> Send(TestBrowser visitor, string url, string token, int bytes, bool announced,
        string accept = "text/html") =>
        visitor.Scenario(s =>
        {
            var fields = $"payload=hello&userName={visitor.Name}&padding=";
            s.Post.Content(() => new StringContent(fields.PadRight(bytes, 'x'), null, "application/x-www-form-urlencoded"));
            s.Post.Url(url);
            s.WithRequestHeader("RequestVerificationToken", token);
            s.WithRequestHeader("Accept", accept);
            if (!announced) s.WithRequestHeader("Transfer-Encoding", "chunked");
            s.IgnoreStatusCode();
        });
}
