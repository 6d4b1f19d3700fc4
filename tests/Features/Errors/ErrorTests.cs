using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Errors;

public sealed class ErrorTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Theory]
    [InlineData("ko", "찾을 수 없어요")]
    [InlineData("en", "Not found")]
    public async Task An_unknown_address_is_a_page_with_a_way_on_in_the_readers_language(string language, string heading)
    {
        var result = await host.Browser(language).Scenario(s =>
        {
            s.Get.Url("/nowhere");
            s.StatusCodeShouldBe(404);
            s.ContentShouldContain(heading);
        });
        result.ReadAsHtml().QuerySelector("main a[href='/']").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_script_gets_problem_details_instead() => await host.Browser().Scenario(s =>
    {
        s.Get.Url("/nowhere");
        s.AsScript();
        s.StatusCodeShouldBe(404);
        s.Header("Content-Type").SingleValueShouldEqual("application/problem+json; charset=utf-8");
    });

    [Fact]
    public async Task A_signed_in_person_gets_the_page_too() => await (await host.SignedIn()).Scenario(s =>
    {
        s.Get.Url("/nowhere");
        s.StatusCodeShouldBe(404);
    });

    [Theory]
    [InlineData("POST", "/chat/{0}")]
    [InlineData("PATCH", "/chat/{0}")]
    [InlineData("DELETE", "/products/{1}")]
    [InlineData("OPTIONS", "/chat/{0}")]
    [InlineData("OPTIONS", "/")]
    public async Task A_method_that_a_page_does_not_handle_gets_the_list_of_those_it_does(string method, string url)
    {
        var talk = await Conversation.Create(host);
        var token = await talk.Buyer.Token();

        var answer = await talk.Buyer.Scenario(s =>
        {
            s.By(method).Url(string.Format(url, talk.RoomId, talk.Product.Id));
            s.AsScript(token);
            s.StatusCodeShouldBe(405);
        });

        answer.Header("Allow").ShouldNotBeNull().ShouldContain("GET");
        answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task No_page_needs_a_token_or_a_session_to_say_that_it_does_not_handle_a_method()
    {
        var users = await TestUsers.Of(host);

        foreach (var url in (await AppRoute.AllOf(host)).Select(route => route.UrlIn(users.Talk)).Distinct())
        {
            foreach (var method in new[] { "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "HELLO" })
            {
                var answer = await users.SignedOut.Scenario(s =>
                {
                    s.By(method).Url(url);
                    s.IgnoreStatusCode();
                });

                answer.StatusCode.ShouldBe(405, $"{method} {url}");
                answer.Header("Allow").ShouldNotBeNull().ShouldStartWith("GET, HEAD");
            }
        }
    }

    [Theory]
    [InlineData("ko", "이 사이트의 쿠키를 지운 뒤")]
    [InlineData("en", "Clear the cookies of this site")]
    public async Task Headers_that_are_too_large_are_a_page_that_says_what_to_do(string language, string sentence)
    {
        await using var server = new KestrelHost();

        (await Ask(31)).StatusCode.ShouldBe(200);
        var refused = await Ask(64);

        refused.StatusCode.ShouldBe(431);
        refused.ReadAsHtml().QuerySelector("main").ShouldNotBeNull().TextContent.ShouldContain(sentence);

        Task<IScenarioResult> Ask(int kilobytes) => server.Browser(language).Scenario(s =>
        {
            s.Get.Url("/account/sign-in");
            s.WithRequestHeader("Cookie", $"other={new string('x', kilobytes * 1024)}");
            s.IgnoreStatusCode();
        });
    }
}
