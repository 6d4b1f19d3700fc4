using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Tests.Support;

/// <summary>
/// A user's browser without scripts: runs Alba scenarios with its own cookies and language, reads pages, and submits their forms as
/// rendered, including the antiforgery token. It does not follow redirects, so that a test sees each response.
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

    /// <summary>Runs an Alba scenario with this browser's cookies and headers. Expects 200 unless the scenario says otherwise.</summary>
    public Task<IScenarioResult> Scenario(Action<Scenario> configure) => host.Scenario(s =>
    {
        s.AssertThat(new ResponseBuffering(this));
        s.ConfigureHttpContext(context => AddAddress(context.Request));
        configure(s);
        s.ConfigureHttpContext(context => AddHeaders(context.Request));
    });

    /// <summary>Loads the page at <paramref name="url"/> and expects 200.</summary>
    public async Task<IHtmlDocument> Page(string url) => (await Scenario(s => s.Get.Address(new Uri(address, url)))).ReadAsHtml();

    /// <summary>The status of the response to a GET of <paramref name="url"/>.</summary>
    public async Task<int> Status(string url) => (await Scenario(s =>
    {
        s.Get.Url(url);
        s.IgnoreStatusCode();
    })).StatusCode;

    /// <summary>Loads a page, fills in the matching form, and submits it. Accepts any status.</summary>
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

    /// <summary>Signs in through the form with a password.</summary>
    public async Task SignIn(string userName, string password)
    {
        var result = await Submit("/account/sign-in", "form[data-sign-in]", ("userName", userName), ("password", password));
        result.StatusCode.ShouldBeInRange(302, 303, "signing in");
    }

    /// <summary>An antiforgery token as a page provides it for its script. Cached.</summary>
    public async Task<string> Token(string pageUrl = "/account/profile") =>
        _token ??= (await Page(pageUrl)).QuerySelector("input[name=__RequestVerificationToken]").ShouldNotBeNull().GetAttribute("value")!;

    /// <summary>Stores the cookies of the response's Set-Cookie headers. A cookie may be for one page only.</summary>
    internal void StoreCookies(IHeaderDictionary headers, PathString page = default)
    {
        foreach (var cookie in headers.SetCookie) cookies.SetCookies(new Uri(address, page.ToUriComponent()), cookie!);
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
    /// Reads the response before the scenario's own assertions. The server's body can be read only once, so a copy replaces it.
    /// </summary>
    private sealed class ResponseBuffering(TestBrowser browser) : IScenarioAssertion
    {
        public void Assert(Scenario scenario, AssertionContext context)
        {
            var response = context.HttpContext.Response;
            browser.StoreCookies(response.Headers, context.HttpContext.Request.Path);
            var body = new MemoryStream();
            response.Body.CopyTo(body);
            body.Position = 0;
            response.Body = body;
        }
    }
}
