using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Localization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account;

/// <summary>
/// Base class of the pages for sign-in and sign-up. It keeps <c>returnUrl</c> and redirects users who are already signed in.
/// </summary>
[AllowAnonymous, ReloadOnStaleAntiforgeryToken]
public abstract partial class AuthPageModel : PageModel
{
    private const int MaxDecodings = 3;

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>
    /// The query string with <c>returnUrl</c> for the link between sign-in and sign-up; empty if the user returns to the home page.
    /// </summary>
    public string ReturnUrlQuery => ReturnPath == Home ? "" : QueryString.Create("returnUrl", ReturnPath).Value!;

    public IActionResult OnGet() => User.Identity?.IsAuthenticated is true ? LocalRedirect(ReturnPath) : Page();

    protected IActionResult RedirectAfterSignIn(User user) => this.SeeOther(CompleteSignIn(user));

    /// <summary>Sets the cookie with the user's language.</summary>
    /// <returns>The URL to continue at.</returns>
    protected string CompleteSignIn(User user)
    {
        Response.SetLanguageCookie(user.Language);
        return ReturnPath;
    }

    private string Home => Url.Content("~/");

    // Local URLs only, to prevent open redirects.
    private string ReturnPath => Decode(ReturnUrl) is var url && Url.IsLocalUrl(url) ? EscapeNonAscii(url) : Home;

    // A link may have been encoded more than once: "%2Fchat%3Fproduct%3D9". No path of the app contains these characters.
    private static string? Decode(string? url)
    {
        for (var i = 0; i < MaxDecodings && url is not null && EncodedDelimiter().IsMatch(url); i++) url = Uri.UnescapeDataString(url);
        return url;
    }

    // A Location header is ASCII.
    private static string EscapeNonAscii(string url) => NonAscii().Replace(url, text => Uri.EscapeDataString(text.Value));

    [GeneratedRegex("^[^?]*%(25)*(2F|3F)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EncodedDelimiter();

    [GeneratedRegex("[^!-~]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NonAscii();
}
