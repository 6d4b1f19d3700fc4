using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Account;

public sealed class SignOutTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Route = "/account/sign-out";
    private const string Profile = "/account/profile";
    private const string Button = "form[data-sign-out]";

    [Fact]
    public async Task The_button_on_the_profile_leads_out_and_home()
    {
        var bob = await host.SignedIn();

        var answer = await bob.Submit(Profile, Button);

        answer.Location.ShouldBe("/");
        answer.Header("Clear-Site-Data").ShouldBe("\"cache\", \"storage\"");
        (await IsSignedIn(bob)).ShouldBeFalse();
    }

    [Fact]
    public async Task Signing_out_here_leaves_one_signed_in_elsewhere()
    {
        var phone = await host.SignedIn();
        var desktop = host.Browser();
        await desktop.SignIn(phone.Name, MarketHost.Password);

        await phone.Submit(Profile, Button);

        (await IsSignedIn(desktop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_link_signs_nobody_out()
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Get.Url(Route);
            s.ShouldRedirectTo(Profile);
        });

        (await IsSignedIn(bob)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nor_does_a_form_from_another_site()
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Post.Url(Route);
            s.StatusCodeShouldBe(400);
        });

        (await IsSignedIn(bob)).ShouldBeTrue();
    }

    [Fact]
    public async Task Pressing_the_button_in_a_second_tab_ends_at_the_door()
    {
        var bob = await host.SignedIn();
        var secondTab = await bob.Page(Profile);
        await bob.Submit(Profile, Button);

        var result = await bob.Submit(secondTab, Profile, Button);

        result.StatusCode.ShouldBe(302);
        new Uri(result.Location!).PathAndQuery.ShouldStartWith("/account/sign-in");
    }

    [Fact]
    public async Task A_button_left_from_another_account_signs_out_nobody_by_mistake()
    {
        var shared = await host.SignedIn("alice");
        var alicesTab = await shared.Page(Profile);
        await shared.Submit(Profile, Button);
        await shared.SignIn((await host.AddUser("bob")).UserName!, MarketHost.Password);

        (await shared.Submit(alicesTab, Profile, Button)).Location.ShouldBe(Route);

        (await IsSignedIn(shared)).ShouldBeTrue();
    }

    [Fact]
    public async Task Somebody_signed_out_is_at_the_door_already() => await host.Browser().Scenario(s =>
    {
        s.Get.Url(Route);
        s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fsign-out");
    });

    private static async Task<bool> IsSignedIn(TestBrowser visitor) => (await visitor.Status(Profile)) == 200;
}
