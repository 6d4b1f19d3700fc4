using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Errors;

public sealed class ErrorTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Theory]
    [InlineData("ko", "찾을 수 없어요")]
    [InlineData("en", "Not found")]
    public async Task An_unknown_address_is_a_page_with_a_way_on_in_the_readers_language(string language, string heading)
    {
        var result = await host.Visitor(language).Scenario(s =>
        {
            s.Get.Url("/nowhere");
            s.StatusCodeShouldBe(404);
            s.ContentShouldContain(heading);
        });
        result.ReadAsHtml().QuerySelector("main a[href='/']").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_script_gets_problem_details_instead() => await host.Visitor().Scenario(s =>
    {
        s.Get.Url("/nowhere");
        s.AsScript();
        s.StatusCodeShouldBe(404);
        s.HeaderShouldBe("Content-Type", "application/problem+json; charset=utf-8");
    });

    [Fact]
    public async Task A_signed_in_person_gets_the_page_too() => await (await host.SignedIn()).Scenario(s =>
    {
        s.Get.Url("/nowhere");
        s.StatusCodeShouldBe(404);
    });
}
