using MarketChat.Infrastructure.Identity;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.Identity;

/// <summary>A page that was opened by one user and asks under the session of another.</summary>
public sealed class PageUserTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task A_page_knows_whose_it_is()
    {
        var bob = await host.SignedIn("bob");

        (await bob.Page("/")).DocumentElement.GetAttribute("data-user").ShouldBe($"{bob.Id}");
        (await host.Browser().Page("/")).DocumentElement.GetAttribute("data-user").ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task A_page_of_another_user_is_told_so_by_every_poll_and_every_post()
    {
        var talk = await Conversation.Create(host);
        var room = $"{talk.Url}?handler=";
        foreach (var url in new[] { "/badge", "/chat?handler=Rooms", $"{room}Messages&after=0", $"{room}History" })
        {
            (await Get(talk.Seller, url, talk.Seller.Id)).ShouldBe(200, url);
            (await Get(talk.Seller, url, talk.Buyer.Id)).ShouldBe(412, url);
        }

        var token = await talk.Seller.Token();
        var answer = await talk.Seller.Scenario(s =>
        {
            s.Post.Form(("payload", "누가 썼을까요"), ("clientId", $"{Guid.NewGuid()}")).ToUrl($"{talk.Url}/send");
            s.AsScript(token);
            s.WithRequestHeader(PageUserMiddleware.Header, $"{talk.Buyer.Id}");
            s.StatusCodeShouldBe(412);
        });
        answer.ReadAsJson<ApiContracts.Problem>().Detail.ShouldNotBeEmpty();
        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_nobody_is_signed_in_a_page_of_a_user_hears_401() =>
        (await Get(host.Browser(), "/badge", pageUser: 1)).ShouldBe(401);

    [Fact]
    public async Task A_stale_token_of_a_script_means_to_load_the_page_again_and_a_missing_one_is_an_error()
    {
        var talk = await Conversation.Create(host);
        var stale = await talk.Buyer.Token(); // Of another session.
        foreach (var (token, status) in new[] { (stale, 412), (null, 400) })
        {
            await talk.Seller.Scenario(s =>
            {
                s.Post.Form(("upTo", "1")).ToUrl($"{talk.Url}?handler=Read");
                s.AsScript(token);
                s.StatusCodeShouldBe(status);
            });
        }
    }

    private static async Task<int> Get(TestBrowser browser, string url, int pageUser) => (await browser.Scenario(s =>
    {
        s.Get.Url(url);
        s.AsScript();
        s.WithRequestHeader(PageUserMiddleware.Header, $"{pageUser}");
        s.IgnoreStatusCode();
    })).StatusCode;
}
