using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Tests.Support;

/// <summary>
/// One person's browser without scripts: runs Alba scenarios with its own cookies and language, reads pages, and submits their forms as
/// rendered, antiforgery token included. It follows no redirects, so that a test sees each answer.
/// </summary>
public sealed class TestBrowser(IAlbaHost host, Uri address, string language, CookieContainer cookies)
{
    private string? _token;

    public int Id { get; internal set; }
    public string Name { get; internal set; } = "";
    public Uri Address => address;
    public CookieContainer Cookies => cookies;

    /// <summary>Sent with every request that does not set the header itself.</summary>
    public Dictionary<string, string> Headers { get; } = new() { [HeaderNames.AcceptLanguage] = language };

    /// <summary>Alba's scenario, asked by this person. As Alba does, it expects 200 unless the scenario says otherwise.</summary>
    public Task<IScenarioResult> Scenario(Action<Scenario> configure) => host.Scenario(s =>
    {
        s.AssertThat(new Receipt(this));
        s.ConfigureHttpContext(context => AddAddress(context.Request));
        configure(s);
        s.ConfigureHttpContext(context => AddHeaders(context.Request));
    });

    /// <summary>The page at <paramref name="url"/>, which must be there.</summary>
    public async Task<IHtmlDocument> Page(string url) => (await Scenario(s => s.Get.Address(new Uri(address, url)))).ReadAsHtml();

    /// <summary>The status that <paramref name="url"/> answers with, whatever it is.</summary>
    public async Task<int> Status(string url) => (await Scenario(s =>
    {
        s.Get.Url(url);
        s.IgnoreStatusCode();
    })).StatusCode;

    /// <summary>Opens a page, types into the form found there, and presses its button. Any status will do.</summary>
    public async Task<IScenarioResult> Submit(string pageUrl, string formSelector, params (string Field, string Value)[] typed) =>
        await Submit(await Page(pageUrl), pageUrl, formSelector, typed);

    public Task<IScenarioResult> Submit(
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
        return Scenario(s =>
        {
            s.Post.Form(fields).Multipart(form.Enctype?.StartsWith("multipart", StringComparison.Ordinal) is true);
            s.Post.Address(new Uri(address, action));
            s.IgnoreStatusCode();
        });
    }

    /// <summary>Signs in through the form, password and all.</summary>
    public async Task SignIn(string userName, string password)
    {
        var result = await Submit("/account/sign-in", "form[data-sign-in]", ("userName", userName), ("password", password));
        result.StatusCode.ShouldBeInRange(302, 303, "signing in");
    }

    /// <summary>An antiforgery token as a page hands it to its script; got once.</summary>
    public async Task<string> Token(string pageUrl = "/account/profile") =>
        _token ??= (await Page(pageUrl)).QuerySelector("input[name=__RequestVerificationToken]").ShouldNotBeNull().GetAttribute("value")!;

    /// <summary>Keeps what a response's Set-Cookie headers say.</summary>
    internal void Keep(IHeaderDictionary headers)
    {
        foreach (var cookie in headers.SetCookie) cookies.SetCookies(address, cookie!);
    }

    private void AddAddress(HttpRequest request) => (request.Scheme, request.Host) = (address.Scheme, new HostString(address.Authority));

    private void AddHeaders(HttpRequest request)
    {
        foreach (var (name, value) in Headers) request.Headers.TryAdd(name, value);
        var cookie = cookies.GetCookieHeader(new Uri(address, request.Path.ToUriComponent()));
        if (cookie.Length > 0) request.Headers.Append(HeaderNames.Cookie, cookie);
    }

    private static string ValueOf(IElement field) => field switch
    {
        IHtmlInputElement input => input.Value,
        IHtmlTextAreaElement area => area.Value,
        IHtmlSelectElement select => select.Value ?? "",
        _ => "",
    };

    /// <summary>
    /// Takes the response in before the scenario's own assertions. The server's body reads only once, so a copy takes its place.
    /// </summary>
    private sealed class Receipt(TestBrowser browser) : IScenarioAssertion
    {
        public void Assert(Scenario scenario, AssertionContext context)
        {
            var response = context.HttpContext.Response;
            browser.Keep(response.Headers);
            var body = new MemoryStream();
            response.Body.CopyTo(body);
            body.Position = 0;
            response.Body = body;
        }
    }
}
