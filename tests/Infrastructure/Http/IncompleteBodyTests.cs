using System.Text;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Http;

/// <summary>
/// A form that does not arrive completely is answered with an error after which a client tries again, by every page, and has no effect.
/// Runs on Kestrel, which gives up on a body that comes too slowly.
/// </summary>
public sealed class IncompleteBodyTests(KestrelHost host) : IClassFixture<KestrelHost>
{
    private const string UrlEncoded = "application/x-www-form-urlencoded", Multipart = "multipart/form-data; boundary=b";

    // The beginning of a form, of which more was announced.
    private static readonly Dictionary<string, string> _beginnings = new()
    {
        [UrlEncoded] = "payload=hel",
        [Multipart] = "--b\r\nContent-Disposition: form-data; name=\"payload\"\r\n\r\nhel",
    };

    [Trait("Category", "Slow")]
    [Fact]
    public async Task Every_form_that_stops_to_arrive_is_asked_for_again()
    {
        var users = await TestUsers.Of(host);
        var raw = new RawHttp(new Uri(host.Url));
        var token = await users.TokenOf(users.Buyer);
        var pages = (await AppRoute.AllOf(host))
            .Where(route => route.Method == "POST" && !route.Path.StartsWith("/error", StringComparison.Ordinal)).ToList();
        pages.Count.ShouldBeGreaterThan(5);
        var before = DatabaseSnapshot.Of(host);

        var answers = await Task.WhenAll(
            from page in pages
            from form in _beginnings
            from length in new[] { "Content-Length: 1000", "Transfer-Encoding: chunked" }
            select Send(page, form.Key, length, length.StartsWith('T') ? $"FF\r\n{form.Value}" : form.Value));

        answers.ShouldAllBe(answer => answer.EndsWith(": 408"));
        DatabaseSnapshot.Of(host).ShouldBe(before);

        async Task<string> Send(AppRoute page, string contentType, string length, string body)
        {
            var head = $"""
                POST {page.UrlIn(users.Talk)} HTTP/1.1
                Host: {users.Buyer.Address.Authority}
                Cookie: {users.Buyer.Cookies.GetCookieHeader(users.Buyer.Address)}
                RequestVerificationToken: {token}
                Content-Type: {contentType}
                {length}


                """;
            var request = Encoding.ASCII.GetBytes(head.ReplaceLineEndings("\r\n") + body);
            return $"{page} with {contentType} and {length}: {await raw.Send(request, endAfter: false)}";
        }
    }

    [Fact]
    public async Task A_form_whose_end_was_lost_on_the_way_is_no_empty_form()
    {
        var users = await TestUsers.Of(host);
        var token = await users.TokenOf(users.Buyer);

        var script = await Send("application/json");
        var page = await Send("text/html");

        script.StatusCode.ShouldBe(408);
        script.Header("Content-Type").ShouldNotBeNull().ShouldStartWith("application/problem+json");
        script.ReadAsJson<ApiContracts.Problem>().ShouldBe(new ApiContracts.Problem(408, "연결이 끊겨 저장하지 못했어요. 뒤로 가서 다시 보내주세요."));
        page.StatusCode.ShouldBe(408);
        page.ReadAsHtml().QuerySelector("main h2")!.TextContent.ShouldBe("전송이 끊겼어요");

        Task<IScenarioResult> Send(string accept) => users.Buyer.Scenario(s =>
        {
            s.Post.Content(() =>
            {
                var content = new StringContent(_beginnings[Multipart]);
                content.Headers.Remove("Content-Type");
                content.Headers.TryAddWithoutValidation("Content-Type", Multipart);
                return content;
            });
            s.Post.Url($"{users.Talk.Url}/send");
            s.WithRequestHeader("RequestVerificationToken", token);
            s.WithRequestHeader("Accept", accept);
            s.IgnoreStatusCode();
        });
    }
}
