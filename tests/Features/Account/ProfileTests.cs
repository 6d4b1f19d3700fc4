using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Account;

public sealed class ProfileTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Page = "/account/profile";
    private const string Form = "form[data-profile]";

    [Fact]
    public async Task My_page_shows_who_I_am_and_since_when()
    {
        var bob = await host.SignedIn();

        var page = await bob.Page(Page);

        Heading(page).ShouldBe(bob.Name);
        page.QuerySelector("main .avatar")!.TextContent.Trim().ShouldBe("B");
        page.QuerySelector("main time").ShouldNotBeNull().TextContent.ShouldBe("방금");
        page.Title.ShouldBe("나의 마켓 · 마켓챗");
    }

    [Fact]
    public async Task A_signed_out_visitor_is_led_to_the_door_and_back() => await host.Browser().Scenario(s =>
    {
        s.Get.Url(Page);
        s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fprofile");
    });

    [Fact]
    public async Task A_signed_out_visitor_changes_nothing() => await host.Browser().Scenario(s =>
    {
        s.Post.Form(("userName", "somebody")).ToUrl(Page);
        s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fprofile");
    });

    [Fact]
    public async Task A_form_from_another_site_changes_nothing()
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Post.Form(("userName", "forged")).ToUrl(Page);
            s.StatusCodeShouldBe(400);
        });

        Heading(await bob.Page(Page)).ShouldBe(bob.Name);
    }

    [Fact]
    public async Task A_new_name_is_shown_and_signs_in_and_the_session_goes_on()
    {
        var bob = await host.SignedIn();

        (await bob.Submit(Page, Form, ("userName", " 새이름이에요 "))).Location.ShouldBe(Page);

        Heading(await bob.Page(Page)).ShouldBe("새이름이에요");
        await host.Browser().SignIn("새이름이에요", MarketHost.Password);
    }

    [Fact]
    public async Task A_new_name_signs_nobody_out_elsewhere()
    {
        using var market = new MarketHost();
        var phone = await market.SignedIn();
        var desktop = market.Browser();
        await desktop.SignIn(phone.Name, MarketHost.Password);
        await phone.Submit(Page, Form, ("userName", "renamed"));

        market.Clock.Advance(TimeSpan.FromHours(1)); // By now the session has been revalidated against the account.

        Heading(await desktop.Page(Page)).ShouldBe("renamed");
    }

    [Fact]
    public async Task Saying_so_once_is_enough()
    {
        var bob = await host.SignedIn();
        await bob.Submit(Page, Form);

        (await bob.Page(Page)).QuerySelector("[role=status]").ShouldNotBeNull().TextContent.ShouldContain("저장했어요.");
        (await bob.Page(Page)).QuerySelector("[role=status]").ShouldBeNull();
    }

    [Fact]
    public async Task Ones_own_name_may_change_its_case()
    {
        var bob = await host.SignedIn();

        await bob.Submit(Page, Form, ("userName", bob.Name.ToUpperInvariant()));

        Heading(await bob.Page(Page)).ShouldBe(bob.Name.ToUpperInvariant());
    }

    [Fact]
    public async Task Somebody_elses_name_is_taken_and_the_form_comes_back_as_typed()
    {
        var alice = await host.AddUser("alice");
        var bob = await host.SignedIn("bob", "en");

        var result = await bob.Submit(Page, Form, ("userName", alice.UserName!.ToUpperInvariant()), ("language", "ko"));

        result.StatusCode.ShouldBe(200);
        var page = result.ReadAsHtml();
        ErrorOf(page, "UserName").ShouldBe("This name is taken. Please choose another.");
        page.QuerySelector<IHtmlInputElement>("input[name=userName]")!.Value.ShouldBe(alice.UserName!.ToUpperInvariant());
        page.QuerySelector<IHtmlSelectElement>("select[name=language]")!.Value.ShouldBe("ko");
        Heading(page).ShouldBe(bob.Name, "one is still who one was");
    }

    [Theory]
    [InlineData("", "이름을 입력해주세요.")]
    [InlineData("b", "이름은 2자 이상, 20자 이하로 정해주세요.")]
    [InlineData("b\0b", "이름에는 글자와 숫자를")]
    public async Task What_is_no_name_is_answered_with_the_reason(string name, string reason)
    {
        var bob = await host.SignedIn();

        var result = await bob.Submit(Page, Form, ("userName", name));

        result.StatusCode.ShouldBe(200);
        ErrorOf(result.ReadAsHtml(), "UserName").ShouldStartWith(reason);
        Heading(await bob.Page(Page)).ShouldBe(bob.Name);
    }

    [Fact]
    public async Task A_picture_stands_for_me_until_I_take_it_away()
    {
        var bob = await host.SignedIn();

        (await Upload(bob, TestImages.Jpeg())).Location.ShouldBe(Page);

        var url = AvatarOf(await bob.Page(Page)).ShouldNotBeNull();
        await host.Browser().Scenario(s =>
        {
            s.Get.Url(url);
            s.StatusCodeShouldBeOk();
        });

        await bob.Submit(Page, Form, ("removeAvatar", "true"));
        AvatarOf(await bob.Page(Page)).ShouldBeNull();
        await ShouldBeGone(url);
    }

    [Fact]
    public async Task A_new_picture_takes_the_old_ones_place()
    {
        var bob = await host.SignedIn();
        await Upload(bob, TestImages.Jpeg());
        var old = AvatarOf(await bob.Page(Page)).ShouldNotBeNull();

        await Upload(bob, TestImages.Png());

        AvatarOf(await bob.Page(Page)).ShouldNotBeNull().ShouldNotBe(old);
        await ShouldBeGone(old);
    }

    [Fact]
    public async Task What_is_no_picture_is_answered_with_the_reason_and_the_old_one_stays()
    {
        var bob = await host.SignedIn();
        await Upload(bob, TestImages.Jpeg());
        var old = AvatarOf(await bob.Page(Page)).ShouldNotBeNull();

        var result = await Upload(bob, "<script>alert(1)</script>"u8.ToArray());

        result.StatusCode.ShouldBe(200);
        ErrorOf(result.ReadAsHtml(), "Avatar").ShouldBe("JPEG, PNG, WebP 사진만 올릴 수 있어요.");
        AvatarOf(await bob.Page(Page)).ShouldBe(old);
    }

    [Fact]
    public async Task A_far_too_large_upload_is_turned_away()
    {
        var bob = await host.SignedIn();

        (await Upload(bob, new byte[6 * 1024 * 1024])).StatusCode.ShouldBe(413);
    }

    [Fact]
    public async Task Saving_without_a_new_picture_keeps_the_old_one()
    {
        var bob = await host.SignedIn();
        await Upload(bob, TestImages.Png());
        var before = AvatarOf(await bob.Page(Page)).ShouldNotBeNull();

        await bob.Submit(Page, Form, ("userName", "picture-keeper"));

        AvatarOf(await bob.Page(Page)).ShouldBe(before);
    }

    [Fact]
    public async Task A_picture_that_comes_with_a_name_that_will_not_do_is_not_kept()
    {
        var bob = await host.SignedIn();

        (await Upload(bob, TestImages.Jpeg(), userName: "?")).StatusCode.ShouldBe(200);

        AvatarOf(await bob.Page(Page)).ShouldBeNull();
    }

    [Fact]
    public async Task A_language_of_ones_own_wins_over_the_browsers_until_it_is_given_up()
    {
        var bob = await host.SignedIn(language: "ko");

        await bob.Submit(Page, Form, ("language", "en"));
        var english = await bob.Page(Page);
        english.DocumentElement.GetAttribute("lang").ShouldBe("en");
        english.QuerySelector("[role=status]")!.TextContent.ShouldContain("Saved.");
        english.QuerySelector<IHtmlSelectElement>("select[name=language]")!.Value.ShouldBe("en");

        await bob.Submit(Page, Form, ("language", ""));
        (await bob.Page(Page)).DocumentElement.GetAttribute("lang").ShouldBe("ko");
    }

    [Fact]
    public async Task Each_language_is_offered_by_its_own_name()
    {
        var options = (await (await host.SignedIn()).Page(Page)).QuerySelectorAll("select[name=language] option[lang]");

        options.Select(option => option.TextContent).ShouldBe(["한국어", "English"]);
    }

    [Fact]
    public async Task A_language_that_is_not_offered_is_refused()
    {
        var bob = await host.SignedIn();

        var result = await bob.Submit(Page, Form, ("language", "tlh"));

        result.StatusCode.ShouldBe(200);
        ErrorOf(result.ReadAsHtml(), "Language").ShouldBe("목록에 있는 언어를 골라주세요.");
    }

    [Fact]
    public async Task A_session_whose_account_is_gone_ends_at_the_door()
    {
        var ghost = await host.SignedIn("ghost");
        await host.Data(db => db.Users.Where(user => user.Id == ghost.Id).ExecuteDeleteAsync());

        var result = await ghost.Scenario(s =>
        {
            s.Get.Url(Page);
            s.IgnoreStatusCode();
        });

        var door = new Uri(result.Location!).PathAndQuery;
        (await ghost.Page(door)).QuerySelector("form[data-sign-in]").ShouldNotBeNull("it does not send one round in circles");
    }

    private Task<IScenarioResult> ShouldBeGone(string url) => host.Browser().Scenario(s =>
    {
        s.Get.Url(url);
        s.StatusCodeShouldBe(404);
    });

    private static async Task<IScenarioResult> Upload(TestBrowser visitor, byte[] picture, string? userName = null)
    {
        var token = await visitor.Token(Page);
        return await visitor.Scenario(s =>
        {
            s.Post.Form(("__RequestVerificationToken", token), ("userName", userName ?? visitor.Name), ("language", ""))
                .File("avatar", picture)
                .ToUrl(Page);
            s.IgnoreStatusCode();
        });
    }

    private static string Heading(IHtmlDocument page) => page.QuerySelector("main h2").ShouldNotBeNull().TextContent;

    private static string? AvatarOf(IHtmlDocument page) => page.QuerySelector("main .avatar img")?.GetAttribute("src");

    private static string ErrorOf(IHtmlDocument page, string field) => page.GetElementById($"{field}-error").ShouldNotBeNull().TextContent;
}
