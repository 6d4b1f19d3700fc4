using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Text;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Features.Account;

public sealed class SignUpTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Page = "/account/sign-up";
    private const string Form = "form[data-sign-up]";
    private const string Password = "correct horse battery";
    private const string Taken = "이미 사용 중인 이름이에요.";

    [Fact]
    public async Task A_new_account_is_signed_in_and_led_home()
    {
        var visitor = host.Browser();

        (await SignUp(visitor, "minjun")).Location.ShouldBe("/");

        (await NameOf(visitor)).ShouldBe("minjun");
    }

    [Fact]
    public async Task Its_name_and_password_sign_in_again_elsewhere()
    {
        await SignUp(host.Browser(), "seoyeon");
        var elsewhere = host.Browser();

        await elsewhere.SignIn("seoyeon", Password);

        (await NameOf(elsewhere)).ShouldBe("seoyeon");
    }

    [Theory]
    [InlineData("김민준")]
    [InlineData("ㅋㅋ")]
    [InlineData("田中さん")]
    [InlineData("Zoë")]
    [InlineData("a.b-c_d")]
    [InlineData("이십글자까지는괜찮은이름이니까요정말로요")]
    public async Task A_name_in_Hangul_or_any_other_script_is_welcome_and_shown_as_typed(string name)
    {
        var visitor = host.Browser();

        (await SignUp(visitor, name)).StatusCode.ShouldBe(303);

        (await NameOf(visitor)).ShouldBe(name);
    }

    [Fact]
    public async Task Space_around_a_name_is_not_part_of_it()
    {
        var visitor = host.Browser();

        await SignUp(visitor, "  jiho ");

        (await NameOf(visitor)).ShouldBe("jiho");
    }

    [Theory]
    [InlineData("", "이름을 입력해주세요.")]
    [InlineData("   ", "이름을 입력해주세요.")]
    [InlineData("\u3164\u3164", "이름을 입력해주세요.")]
    [InlineData("аlice", "이름에 여러 나라의 글자를 섞어")]
    [InlineData("alice\u0302\u0303\u0304\u0305\u0306", "이름에 여러 나라의 글자를 섞어")]
    [InlineData("a", "이름은 2자 이상, 20자 이하로 정해주세요.")]
    [InlineData("abcdefghijklmnopqrstu", "이름은 2자 이상, 20자 이하로 정해주세요.")]
    [InlineData("two words", "이름에는 글자와 숫자를")]
    [InlineData("a..b", "이름에는 글자와 숫자를")]
    [InlineData("-ab", "이름에는 글자와 숫자를")]
    [InlineData("ab-", "이름에는 글자와 숫자를")]
    [InlineData("al\uFFFEice", "이름에는 글자와 숫자를")]
    [InlineData("al\nice", "이름에는 글자와 숫자를")]
    [InlineData("<b>bob</b>", "이름에는 글자와 숫자를")]
    [InlineData("🙂🙂", "이름에는 글자와 숫자를")]
    public async Task What_is_no_name_is_answered_with_the_reason(string name, string reason)
    {
        var page = (await SignUp(host.Browser(), name)).ReadAsHtml();

        ErrorOf(page, "userName").ShouldContain(reason);
    }

    [Theory]
    [InlineData("al\u3164ice", "a Hangul filler")]
    [InlineData("alice\uFE0F", "a variation selector")]
    [InlineData("al\u034Fice", "a grapheme joiner")]
    public async Task A_name_has_no_letters_that_nobody_sees(string name, string because) =>
        ErrorOf((await SignUp(host.Browser(), name)).ReadAsHtml(), "userName").ShouldContain("이름에는 글자와 숫자를", customMessage: because);

    [Fact]
    public async Task A_letter_that_stands_for_a_whole_phrase_makes_no_name_too_long_to_keep() =>
        ErrorOf((await SignUp(host.Browser(), "\uFDFA\uFDFA")).ReadAsHtml(), "userName").ShouldNotBeEmpty();

    [Theory]
    [InlineData("willow", "wiIIow")]
    [InlineData("Hollis", "ho11is")]
    [InlineData("scope", "ѕсоре")]
    [InlineData("cosmo", "c0smo")]
    public async Task A_name_that_looks_like_another_is_refused(string first, string second)
    {
        (await SignUp(host.Browser(), first)).StatusCode.ShouldBe(303);

        var page = (await SignUp(host.Browser(), second)).ReadAsHtml();

        ErrorOf(page, "userName").ShouldBe("다른 사람의 이름과 너무 비슷해 보여요. 다른 이름을 골라주세요.");
    }

    [Fact]
    public async Task A_name_from_before_that_rule_still_works_and_is_free_again_when_it_is_given_up()
    {
        const string Mixed = "mall\u043ery"; // A Cyrillic o.
        var visitor = await host.SignedIn("mallory");
        await host.Data(db => db.ExecuteInTransactionAsync(token => db.Users.Where(u => u.Id == visitor.Id).ExecuteUpdateAsync(set => set
            .SetProperty(u => u.UserName, Mixed).SetProperty(u => u.NormalizedUserName, Mixed.ToUpperInvariant())
            .SetProperty(u => u.NameSkeleton, ConfusableName.Skeleton("mallory")), token), default));

        (await visitor.Submit("/account/profile", "form[data-profile]", ("language", "ko"))).StatusCode.ShouldBe(303);
        (await SignUp(host.Browser(), "mallory")).StatusCode.ShouldBe(200);

        (await visitor.Submit("/account/profile", "form[data-profile]", ("userName", "peaceful"))).StatusCode.ShouldBe(303);
        (await SignUp(host.Browser(), "mallory")).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task A_password_is_the_same_in_every_normal_form()
    {
        await SignUp(host.Browser(), "hangyeol", "비밀번호열자이상입니다".Normalize(System.Text.NormalizationForm.FormD));

        await host.Browser().SignIn("hangyeol", "비밀번호열자이상입니다");
        await host.Browser().SignIn("hangyeol", "비밀번호열자이상입니다".Normalize(System.Text.NormalizationForm.FormD));
    }

    [Theory]
    [InlineData("dahyun", "DaHyun", "in other case")]
    [InlineData("하윤", "\u1112\u1161\u110B\u1172\u11AB", "as jamo")]
    [InlineData("yejun", "ｙｅｊｕｎ", "at full width")]
    public async Task A_name_written_another_way_is_the_same_name(string first, string second, string way)
    {
        await SignUp(host.Browser(), first);

        var page = (await SignUp(host.Browser(), second)).ReadAsHtml();

        ErrorOf(page, "userName").ShouldContain(Taken, customMessage: way);
    }

    [Fact]
    public async Task Of_many_who_take_a_name_at_once_one_gets_it_and_the_others_hear_that_it_is_taken()
    {
        const int Many = 6;
        var visitors = Enumerable.Range(0, Many).Select(_ => host.Browser()).ToList();
        var pages = await Task.WhenAll(visitors.Select(visitor => visitor.Page(Page)));

        var answers = await Task.WhenAll(visitors.Zip(pages, (visitor, page) => visitor.Submit(page, Page, Form, Fields("jimin"))));

        answers.Count(answer => answer.StatusCode == 303).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == 200 && answer.ReadAsText().Contains(Taken)).ShouldBe(Many - 1);
        (await host.Data(db => db.Users.CountAsync(user => user.UserName == "jimin"))).ShouldBe(1);
    }

    [Fact]
    public async Task The_database_has_the_last_word_on_whose_a_name_is()
    {
        (await Store("subin")).Succeeded.ShouldBeTrue();
        (await Store("subin")).Errors.ShouldHaveSingleItem().Code.ShouldBe(nameof(IdentityErrorDescriber.DuplicateUserName));
    }

    [Theory]
    [InlineData("", "", "password", "비밀번호를 입력해주세요.")]
    [InlineData("          ", "          ", "password", "비밀번호를 입력해주세요.")]
    [InlineData("9 letters", "9 letters", "password", "비밀번호는 10자 이상으로 정해주세요.")]
    [InlineData("long enough", "long_enough", "confirmPassword", "두 비밀번호가 서로 달라요.")]
    [InlineData("long enough", "", "confirmPassword", "두 비밀번호가 서로 달라요.")]
    public async Task A_password_that_will_not_do_is_answered_with_the_reason(string password, string again, string field, string reason)
    {
        var result = await host.Browser().Submit(Page, Form, ("userName", "nobodyyet"), ("password", password), ("confirmPassword", again));

        ErrorOf(result.ReadAsHtml(), field).ShouldBe(reason);
    }

    [Fact]
    public async Task A_password_is_at_most_128_characters()
    {
        var tooLong = (await SignUp(host.Browser(), "longlong", new string('x', 129))).ReadAsHtml();

        ErrorOf(tooLong, "password").ShouldBe("비밀번호는 128자 이하로 정해주세요.");
        (await SignUp(host.Browser(), "longlong", new string('x', 128))).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task A_password_may_be_Hangul_with_spaces()
    {
        await SignUp(host.Browser(), "haneul", "하늘이 푸른 날에 만나요");

        await host.Browser().SignIn("haneul", "하늘이 푸른 날에 만나요");
    }

    [Fact]
    public async Task Everything_wrong_is_said_at_once_beside_its_field_and_the_first_has_the_focus()
    {
        var result = await host.Browser("en").Submit(Page, Form, ("userName", "x"), ("password", "short"), ("confirmPassword", "other"));

        result.StatusCode.ShouldBe(200);
        var page = result.ReadAsHtml();
        ErrorOf(page, "userName").ShouldBe("A name has 2 to 20 characters.");
        ErrorOf(page, "password").ShouldBe("Please choose a password of at least 10 characters.");
        ErrorOf(page, "confirmPassword").ShouldBe("The two passwords are not the same.");
        page.QuerySelectorAll("[autofocus]").ShouldHaveSingleItem().GetAttribute("name").ShouldBe("userName");
    }

    [Fact]
    public async Task The_form_comes_back_with_the_name_but_never_with_a_password()
    {
        var result = await host.Browser().Submit(
            Page, Form, ("userName", "who \"am\" I?"), ("password", "secret-1"), ("confirmPassword", "secret-2"));

        Input(result.ReadAsHtml(), "userName").Value.ShouldBe("who \"am\" I?");
        result.ReadAsText().ShouldNotContain("secret-");
    }

    [Fact]
    public async Task Leaving_the_second_password_out_altogether_opens_no_account()
    {
        var visitor = host.Browser();
        var token = await visitor.Token(Page);

        var result = await visitor.Scenario(s =>
        {
            s.Post.Form(("__RequestVerificationToken", token), ("userName", "scripted"), ("password", Password)).ToUrl(Page);
            s.IgnoreStatusCode();
        });

        result.StatusCode.ShouldBe(200);
        ErrorOf(result.ReadAsHtml(), "confirmPassword").ShouldNotBeEmpty();
        (await Exists("scripted")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_form_from_another_site_opens_no_account()
    {
        await host.Browser().Scenario(s =>
        {
            s.Post.Form(Fields("forged")).ToUrl(Page);
            s.StatusCodeShouldBe(400);
        });

        (await Exists("forged")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_fields_tell_a_password_manager_what_they_are()
    {
        var page = await host.Browser().Page(Page);

        Input(page, "userName").Autocomplete.ShouldBe("username");
        Input(page, "userName").GetAttribute("autocapitalize").ShouldBe("none");
        Input(page, "password").Autocomplete.ShouldBe("new-password");
        Input(page, "confirmPassword").Autocomplete.ShouldBe("new-password");
        page.QuerySelectorAll<IHtmlInputElement>($"{Form} .field__input")
            .ShouldAllBe(input => input.IsRequired && !input.HasAttribute("maxlength"), "a browser would cut a paste without a word");
    }

    [Fact]
    public async Task Signing_up_leads_on_to_where_one_was_going_by_way_of_sign_in_too()
    {
        var visitor = host.Browser();
        var signIn = await visitor.Page("/account/sign-in?returnUrl=%2Fchat%3Fproduct%3D9");
        var link = signIn.QuerySelector("a[href^='/account/sign-up']").ShouldNotBeNull().GetAttribute("href")!;

        var result = await visitor.Submit(link, Form, Fields("jiwoo"));

        result.Location.ShouldBe("/chat?product=9");
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("?returnUrl=/chat/3", "/chat/3")]
    [InlineData("?returnUrl=//evil.example", "/")]
    public async Task Whoever_is_signed_in_is_sent_on(string query, string redirectUrl) => await (await host.SignedIn()).Scenario(s =>
    {
        s.Get.Url(Page + query);
        s.ShouldRedirectTo(redirectUrl);
    });

    [Fact]
    public async Task Another_method_is_no_way_in() => await host.Browser().Scenario(s =>
    {
        s.Put.Url(Page);
        s.StatusCodeShouldBe(405);
    });

    private static Task<IScenarioResult> SignUp(TestBrowser visitor, string name, string password = Password) =>
        visitor.Submit(Page, Form, Fields(name, password));

    private static (string, string)[] Fields(string name, string password = Password) =>
        [("userName", name), ("password", password), ("confirmPassword", password)];

    private static async Task<string> NameOf(TestBrowser visitor) =>
        (await visitor.Page("/account/profile")).QuerySelector("main h2").ShouldNotBeNull().TextContent;

    private static IHtmlInputElement Input(IHtmlDocument page, string name) =>
        page.QuerySelector<IHtmlInputElement>($"input[name={name}]").ShouldNotBeNull();

    /// <summary>The error message of a field, found through its ARIA attributes as assistive technology finds it.</summary>
    private static string ErrorOf(IHtmlDocument page, string name)
    {
        var input = Input(page, name);
        input.GetAttribute("aria-invalid").ShouldBe("true", $"{name} is marked as wrong");
        return page.GetElementById(input.GetAttribute("aria-describedby")!.Split(' ')[0]).ShouldNotBeNull().TextContent;
    }

    private Task<bool> Exists(string name) => host.Data(db => db.Users.AnyAsync(user => user.UserName == name));

    private async Task<IdentityResult> Store(string name)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IUserStore<User>>()
            .CreateAsync(new User { UserName = name, NormalizedUserName = name.ToUpperInvariant() }, CancellationToken.None);
    }
}
