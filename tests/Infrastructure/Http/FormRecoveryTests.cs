using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Infrastructure.Http;

/// <summary>Forms that are posted after their session has ended.</summary>
public sealed class FormRecoveryTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Post = "/products/post";
    private const string PostForm = "form[data-post-product]";
    private const string SessionCookie = "market-session";
    private const string Recovered = "쓰던 내용은 그대로예요.";

    private static readonly (string, string)[] _product =
        [("title", "통기타 <b>"), ("price", "90,000원"), ("description", "줄을 새로\n갈았어요."), ("free", "true")];

    [Fact]
    public async Task A_product_posted_after_signing_out_is_filled_in_again_after_signing_in_and_can_be_posted()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Post);
        await alice.Submit("/account/profile", "form[data-sign-out]");

        var sentAway = await alice.Submit(form, Post, PostForm, _product);
        var url = await SignIn(alice, sentAway);

        var page = await alice.Page(url);
        Field(page, "title").ShouldBe("통기타 <b>");
        Field(page, "price").ShouldBe("90,000원");
        Description(page).ShouldBe("줄을 새로\n갈았어요.");
        page.QuerySelector<IHtmlInputElement>("[name=free]").ShouldNotBeNull().IsChecked.ShouldBeTrue();
        Field(page, "FormId").ShouldBe(Field(form, "FormId"));
        Alert(page).ShouldContain(Recovered);
        Field(await alice.Page(Post), "title").ShouldBe("", "a new form is empty");

        (await alice.Submit(page, url, PostForm)).Location.ShouldNotBeNull().ShouldStartWith("/products/");
        (await host.Data(db => db.Products.SingleAsync(p => p.SellerId == alice.Id))).Title.ShouldBe("통기타 <b>");
        Alert(await alice.Page(url)).ShouldContain("이미 보냈거나");
    }

    [Fact]
    public async Task Photos_have_to_be_picked_again_and_the_page_says_so()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Post);
        SignOut(alice);

        var sentAway = await alice.Scenario(s =>
        {
            s.Post.Form(HiddenFields(form)).File("photo", TestImages.Jpeg(2_000, 2_000)).Form(("title", "책")).ToUrl(Post);
            s.StatusCodeShouldBe(302);
        });

        var page = await alice.Page(await SignIn(alice, sentAway));
        Field(page, "title").ShouldBe("책");
        page.QuerySelector("[data-pick-again]").ShouldNotBeNull().TextContent.ShouldBe("사진은 다시 골라주세요.");
    }

    [Fact]
    public async Task A_form_with_a_token_of_another_session_is_filled_in_again_at_once()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Post);
        Expire(alice, name => name == "market-antiforgery");

        var result = await alice.Submit(form, Post, PostForm, _product);

        result.Location.ShouldNotBeNull().ShouldStartWith($"{Post}?form=");
        Field(await alice.Page(result.Location!), "title").ShouldBe("통기타 <b>");
    }

    [Fact]
    public async Task Somebody_else_who_signs_in_sees_nothing_of_it_and_its_owner_still_does()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Post);
        SignOut(alice);
        var sentAway = await alice.Submit(form, Post, PostForm, _product);
        var bob = await host.AddUser("bob");

        var url = await SignIn(alice, sentAway, bob.UserName!);

        var page = await alice.Page(url);
        page.DocumentElement.OuterHtml.ShouldNotContain("통기타");
        Alert(page).ShouldContain("다른 계정으로 쓰던 내용이에요.");
        SignOut(alice);
        await alice.SignIn(alice.Name, MarketHost.Password);
        Field(await alice.Page(url), "title").ShouldBe("통기타 <b>");
    }

    [Fact]
    public async Task Somebody_elses_session_never_posts_it()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Post);
        SignOut(alice);
        var bob = await host.AddUser("bob");
        await alice.SignIn(bob.UserName!, MarketHost.Password);

        var result = await alice.Submit(form, Post, PostForm, _product);

        Alert(await alice.Page(result.Location!)).ShouldContain("다른 계정으로 쓰던 내용이에요.");
        (await host.Data(db => db.Products.AnyAsync(p => p.SellerId == bob.Id))).ShouldBeFalse();
    }

    [Fact]
    public async Task Forms_of_two_tabs_are_both_kept()
    {
        var alice = await host.SignedIn("alice");
        var (first, second) = (await alice.Page(Post), await alice.Page(Post));
        SignOut(alice);

        var toFirst = await alice.Submit(first, Post, PostForm, ("title", "하나"));
        var toSecond = await alice.Submit(second, Post, PostForm, ("title", "둘"));

        var url = await SignIn(alice, toFirst);
        Field(await alice.Page(url), "title").ShouldBe("하나");
        Field(await alice.Page(ReturnUrl(toSecond)), "title").ShouldBe("둘");
    }

    [Fact]
    public async Task The_longest_description_is_kept_and_many_forms_do_not_make_the_request_too_large()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page(Post);
        SignOut(alice);
        var random = new Random(1);
        var description = string.Concat(Enumerable.Range(0, Product.MaxDescriptionLength).Select(_ => (char)random.Next('가', '힣')));

        IScenarioResult? sentAway = null;
        for (var i = 0; i < 6; i++)
        {
            sentAway = await alice.Submit(form, Post, PostForm, ("title", $"책 {i}"), ("description", description));
        }

        alice.Cookies.GetCookieHeader(new Uri(alice.Address, Post)).Length.ShouldBeLessThan(28_000);
        var page = await alice.Page(await SignIn(alice, sentAway!));
        Description(page).ShouldBe(description);
    }

    [Fact]
    public async Task A_profile_comes_back_with_its_name_its_language_and_the_box_to_remove_the_avatar()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page("/account/profile");
        SignOut(alice);

        var sentAway = await alice.Submit(
            form, "/account/profile", "form[data-profile]", ("userName", "새이름"), ("language", "en"));

        var page = await alice.Page(await SignIn(alice, sentAway));
        Field(page, "userName").ShouldBe("새이름");
        page.QuerySelector<IHtmlSelectElement>("[name=language]").ShouldNotBeNull().Value.ShouldBe("en");
    }

    [Fact]
    public async Task A_sign_up_keeps_the_name_and_never_the_password()
    {
        var visitor = host.Browser();
        var form = await visitor.Page("/account/sign-up?returnUrl=/chat");
        Expire(visitor, _ => true);

        var result = await visitor.Submit(form, "/account/sign-up?returnUrl=/chat", "form[data-sign-up]",
            ("userName", "새사람"), ("password", "a secret of mine"), ("confirmPassword", "a secret of mine"));

        var page = await visitor.Page(result.Location.ShouldNotBeNull());
        Field(page, "userName").ShouldBe("새사람");
        page.DocumentElement.OuterHtml.ShouldNotContain("a secret of mine");
        var form2 = page.QuerySelector<IHtmlFormElement>("form[data-sign-up]").ShouldNotBeNull();
        form2.GetAttribute("action").ShouldNotBeNull().ShouldContain("returnUrl=%2Fchat");
    }

    [Fact]
    public async Task A_form_of_passwords_keeps_none_and_says_why_it_is_empty()
    {
        var alice = await host.SignedIn("alice");
        var form = await alice.Page("/account/password");
        SignOut(alice);

        var sentAway = await alice.Submit(form, "/account/password", "form[data-change-password]",
            ("currentPassword", MarketHost.Password), ("newPassword", "another password"), ("confirmPassword", "another password"));

        Alert(await alice.Page(await SignIn(alice, sentAway))).ShouldContain("다시 입력해주세요.");
    }

    [Fact]
    public async Task A_message_sent_without_scripts_is_in_its_field_again()
    {
        var talk = await Conversation.Create(host);
        var room = await talk.Buyer.Page(talk.Url);
        SignOut(talk.Buyer);

        var sentAway = await talk.Buyer.Submit(room, talk.Url, "form[data-composer]", ("payload", "내일 저녁은\n어떠세요?"));

        var url = await SignIn(talk.Buyer, sentAway);
        var page = await talk.Buyer.Page(url);
        page.QuerySelector<IHtmlTextAreaElement>("[name=payload]").ShouldNotBeNull().Value.ShouldBe("내일 저녁은\n어떠세요?");
        (await talk.Buyer.Submit(page, url, "form[data-composer]")).Location.ShouldBe(talk.Url);
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem().Payload.ShouldBe("내일 저녁은\n어떠세요?");
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n책")]
    [InlineData("multipart/form-data; boundary=b", "no form at all")]
    [InlineData("multipart/form-data", "--b")]
    [InlineData("application/x-www-form-urlencoded", "title=%ZZ&&=&title")]
    [InlineData("application/json", "{}")]
    public async Task A_broken_form_of_a_signed_out_visitor_leads_to_sign_in_as_before(string type, string body)
    {
        await host.Browser().Scenario(s =>
        {
            s.Post.Content(() => new StringContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } });
            s.Post.Url(Post);
            s.StatusCodeShouldBe(302);
        });
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData("no-id")]
    [InlineData("")]
    public async Task A_link_with_any_id_shows_an_empty_form(string id)
    {
        var alice = await host.SignedIn("alice");
        alice.Cookies.Add(new Uri(alice.Address, Post), new Cookie($"market-form-{id}", "spoilt"));

        Field(await alice.Page($"{Post}?form={id}"), "title").ShouldBe("");
    }

    [Fact]
    public async Task A_script_still_gets_401()
    {
        await host.Browser().Scenario(s =>
        {
            s.Post.Form(("title", "책")).ToUrl(Post);
            s.AsScript();
            s.StatusCodeShouldBe(401);
        });
    }

    /// <summary>Signs in where a redirect leads, and returns the URL to continue at.</summary>
    private static async Task<string> SignIn(TestBrowser visitor, IScenarioResult sentAway, string? name = null)
    {
        sentAway.StatusCode.ShouldBe(302);
        var door = new Uri(sentAway.Location.ShouldNotBeNull()).PathAndQuery;
        var result = await visitor.Submit(
            door, "form[data-sign-in]", ("userName", name ?? visitor.Name), ("password", MarketHost.Password));
        return result.Location.ShouldNotBeNull();
    }

    private static string ReturnUrl(IScenarioResult sentAway) =>
        QueryHelpers.ParseQuery(new Uri(sentAway.Location!).Query)["returnUrl"].ToString();

    private static void SignOut(TestBrowser visitor) => Expire(visitor, name => name == SessionCookie);

    private static void Expire(TestBrowser visitor, Func<string, bool> isGone)
    {
        foreach (Cookie cookie in visitor.Cookies.GetAllCookies()) cookie.Expired |= isGone(cookie.Name);
    }

    private static IEnumerable<(string, string)> HiddenFields(IHtmlDocument page) =>
        page.QuerySelectorAll($"{PostForm} input[type=hidden]").Cast<IHtmlInputElement>().Select(input => (input.Name!, input.Value));

    private static string Field(IHtmlDocument page, string name) =>
        page.QuerySelector<IHtmlInputElement>($"main [name={name}]").ShouldNotBeNull().Value;

    private static string Description(IHtmlDocument page) =>
        page.QuerySelector<IHtmlTextAreaElement>("textarea[name=description]").ShouldNotBeNull().Value;

    private static string Alert(IHtmlDocument page) => page.QuerySelector("main [role=alert]").ShouldNotBeNull().TextContent;
}
