using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace MarketChat.Tests.Support;

/// <summary>
/// A person in a browser without scripts: keeps cookies, reads pages, submits forms as they were rendered (antiforgery token and
/// all). <see cref="Scenario"/> follows the vocabulary of Alba (https://jasperfx.github.io/alba), so that taking Alba itself later
/// changes only this folder.
/// </summary>
public sealed class Visitor(HttpClient http, string language)
{
    private static readonly HtmlParser _parser = new();

    private string? _token;

    public int Id { get; internal set; }
    public string Name { get; internal set; } = "";
    public HttpClient Http => http;
    public CookieContainer Cookies { get; internal init; } = new();

    public async Task<ScenarioResult> Scenario(Action<Scenario> describe)
    {
        var scenario = new Scenario();
        describe(scenario);
        using var request = scenario.ToRequest();
        if (!request.Headers.Contains("Accept-Language")) request.Headers.Add("Accept-Language", language);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
        var result = new ScenarioResult(response, await response.Content.ReadAsByteArrayAsync());
        scenario.Check(result);
        return result;
    }

    /// <summary>The page at <paramref name="url"/>, which must be there.</summary>
    public async Task<IHtmlDocument> Page(string url) => (await Scenario(s =>
    {
        s.Get.Url(url);
        s.StatusCodeShouldBeOk();
    })).ReadAsHtml();

    /// <summary>Opens a page, types into the form found there, and presses its button.</summary>
    public async Task<ScenarioResult> Submit(string pageUrl, string formSelector, params (string Field, string Value)[] typed) =>
        await Submit(await Page(pageUrl), pageUrl, formSelector, typed);

    public Task<ScenarioResult> Submit(
        IHtmlDocument page, string pageUrl, string formSelector, params (string Field, string Value)[] typed)
    {
        var form = (page.QuerySelector(formSelector) as IHtmlFormElement)
            .ShouldNotBeNull($"{pageUrl} has no form {formSelector}");
        var fields = form.QuerySelectorAll("input[name], textarea[name], select[name]")
            .Where(field => field is not IHtmlInputElement { Type: "file" or "radio" or "checkbox", IsChecked: false })
            .Select(field => (Field: field.GetAttribute("name")!, Value: ValueOf(field)))
            .Where(field => !typed.Any(t => string.Equals(t.Field, field.Field, StringComparison.OrdinalIgnoreCase)))
            .Concat(typed);
        var action = form.GetAttribute("action") is { Length: > 0 } target ? target : pageUrl;
        return Scenario(s => s.Post.FormData(fields).ToUrl(action).Multipart(form.Enctype?.StartsWith("multipart", StringComparison.Ordinal) is true));
    }

    public async Task SignIn(string userName, string password)
    {
        var result = await Submit("/account/sign-in", "form[data-sign-in]", ("userName", userName), ("password", password));
        result.StatusCode.ShouldBeInRange(302, 303, "signing in");
    }

    /// <summary>An antiforgery token as a page hands it to its script; got once.</summary>
    public async Task<string> Token(string pageUrl = "/account/profile") =>
        _token ??= (await Page(pageUrl)).QuerySelector("input[name=__RequestVerificationToken]").ShouldNotBeNull().GetAttribute("value")!;

    private static string ValueOf(AngleSharp.Dom.IElement field) => field switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlTextAreaElement area => area.Value,
        IHtmlSelectElement select => select.Value ?? "",
        _ => "",
    };

    internal static IHtmlDocument Parse(string html) => _parser.ParseDocument(html);
}
