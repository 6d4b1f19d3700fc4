using System.Text;
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
public abstract class AuthPageModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>
    /// The query string with <c>returnUrl</c> for the link between sign-in and sign-up; empty if the user returns to the home page.
    /// </summary>
    public string ReturnUrlQuery => ReturnPath == "/" ? "" : QueryString.Create("returnUrl", ReturnPath).Value!;

    public IActionResult OnGet() => User.Identity?.IsAuthenticated is true ? LocalRedirect(ReturnPath) : Page();

    protected IActionResult RedirectAfterSignIn(User user) => this.SeeOther(CompleteSignIn(user));

    /// <summary>Sets the cookie with the user's language.</summary>
    /// <returns>The URL to continue at.</returns>
    protected string CompleteSignIn(User user)
    {
        Response.SetLanguageCookie(user.Language);
        return Url.Content(ReturnPath);
    }

    // Local URLs only, to prevent open redirects; and ASCII only, because a Location header allows nothing else.
    private string ReturnPath => Url.IsLocalUrl(ReturnUrl) && Ascii.IsValid(ReturnUrl) ? ReturnUrl : "/";
}
