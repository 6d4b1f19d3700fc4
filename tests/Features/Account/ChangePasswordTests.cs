using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Account;

public sealed class ChangePasswordTests(MarketHost host) : IClassFixture<MarketHost>
{
    private const string Page = "/account/password";
    private const string Form = "form[data-change-password]";
    private const string NewPassword = "a new and longer one";
    private const int FailuresBeforeLockout = 8;

    [Fact]
    public async Task From_then_on_the_new_password_signs_in_and_the_old_one_does_not()
    {
        var bob = await host.SignedIn();

        (await Change(bob)).Location.ShouldBe(Page);

        (await bob.Page(Page)).QuerySelector("[role=status]").ShouldNotBeNull().TextContent.ShouldContain("비밀번호를 바꿨어요.");
        (await bob.Page(Page)).QuerySelector("[role=status]").ShouldBeNull("saying so once is enough");
        (await SignIn(bob.Name, NewPassword)).ShouldBe(303);
        (await SignIn(bob.Name, MarketHost.Password)).ShouldBe(200);
    }

    [Fact]
    public async Task This_session_goes_on_and_the_others_are_over()
    {
        var bob = await host.SignedIn();
        var elsewhere = host.Browser();
        await elsewhere.SignIn(bob.Name, MarketHost.Password);

        await Change(bob);

        (await Badge(bob)).ShouldBe(200);
        (await Badge(elsewhere)).ShouldBe(401);
    }

    [Fact]
    public async Task A_wrong_current_password_changes_nothing()
    {
        var bob = await host.SignedIn();
        var elsewhere = host.Browser();
        await elsewhere.SignIn(bob.Name, MarketHost.Password);

        var result = await Change(bob, current: "not my password");

        result.StatusCode.ShouldBe(200);
        ErrorOf(result, "CurrentPassword").ShouldStartWith("지금 비밀번호가 맞지 않아요.");
        (await Badge(elsewhere)).ShouldBe(200);
        (await SignIn(bob.Name, MarketHost.Password)).ShouldBe(303);
    }

    [Fact]
    public async Task Guessing_here_locks_the_account_as_at_the_door()
    {
        var bob = await host.SignedIn();
        for (var i = 0; i < FailuresBeforeLockout; i++) await Change(bob, current: $"guess number {i}");

        ErrorOf(await Change(bob), "CurrentPassword").ShouldStartWith("지금 비밀번호가 맞지 않아요.");
        (await SignIn(bob.Name, MarketHost.Password)).ShouldBe(200);
    }

    [Theory]
    [InlineData("", NewPassword, NewPassword, "CurrentPassword", "지금 비밀번호를 입력해주세요.")]
    [InlineData(MarketHost.Password, "", "", "NewPassword", "새 비밀번호를 입력해주세요.")]
    [InlineData(MarketHost.Password, "9 letters", "9 letters", "NewPassword", "비밀번호는 10자 이상으로 정해주세요.")]
    [InlineData(MarketHost.Password, NewPassword, "another one", "ConfirmPassword", "두 비밀번호가 서로 달라요.")]
    public async Task What_will_not_do_is_answered_with_the_reason(string current, string password, string again, string field,
        string reason)
    {
        var bob = await host.SignedIn();

        var result = await bob.Submit(Page, Form, ("currentPassword", current), ("newPassword", password), ("confirmPassword", again));

        result.StatusCode.ShouldBe(200);
        ErrorOf(result, field).ShouldBe(reason);
    }

    [Fact]
    public async Task A_password_is_at_most_128_characters()
    {
        var bob = await host.SignedIn("bob", "en");

        ErrorOf(await Change(bob, password: new string('x', 129)), "NewPassword")
            .ShouldBe("Please choose a password of at most 128 characters.");
        (await Change(bob, password: new string('x', 128))).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task No_password_comes_back_in_the_page()
    {
        var bob = await host.SignedIn();

        var result =
            await bob.Submit(Page, Form, ("currentPassword", "secret-1"), ("newPassword", "secret-2"), ("confirmPassword", "secret-3"));

        result.StatusCode.ShouldBe(200);
        result.ReadAsText().ShouldNotContain("secret-");
    }

    [Fact]
    public async Task The_fields_tell_a_password_manager_what_they_are()
    {
        var bob = await host.SignedIn();
        var page = await bob.Page(Page);

        Autocomplete("userName").ShouldBe("username");
        page.QuerySelector<IHtmlInputElement>($"{Form} input[name=userName]")!.Value.ShouldBe(bob.Name);
        Autocomplete("currentPassword").ShouldBe("current-password");
        Autocomplete("newPassword").ShouldBe("new-password");
        Autocomplete("confirmPassword").ShouldBe("new-password");

        string? Autocomplete(string name) =>
            page.QuerySelector<IHtmlInputElement>($"{Form} input[name={name}]").ShouldNotBeNull().Autocomplete;
    }

    [Fact]
    public async Task A_signed_out_visitor_is_led_to_the_door_and_back() => await host.Browser().Scenario(s =>
    {
        s.Get.Url(Page);
        s.ShouldRedirectTo("http://localhost/account/sign-in?returnUrl=%2Faccount%2Fpassword");
    });

    [Fact]
    public async Task A_form_from_another_site_changes_nothing()
    {
        var bob = await host.SignedIn();

        await bob.Scenario(s =>
        {
            s.Post.Form(("currentPassword", MarketHost.Password), ("newPassword", NewPassword), ("confirmPassword", NewPassword))
                .ToUrl(Page);
            s.StatusCodeShouldBe(400);
        });

        (await SignIn(bob.Name, MarketHost.Password)).ShouldBe(303);
    }

    private static Task<IScenarioResult> Change(TestBrowser visitor, string current = MarketHost.Password, string password = NewPassword) =>
        visitor.Submit(Page, Form, ("currentPassword", current), ("newPassword", password), ("confirmPassword", password));

    private static Task<int> Badge(TestBrowser visitor) => visitor.Status("/badge");

    private static string ErrorOf(IScenarioResult result, string field) =>
        result.ReadAsHtml().GetElementById($"{field}-error").ShouldNotBeNull().TextContent;

    private async Task<int> SignIn(string name, string password) =>
        (await host.Browser().Submit("/account/sign-in", "form[data-sign-in]", ("userName", name), ("password", password))).StatusCode;
}
