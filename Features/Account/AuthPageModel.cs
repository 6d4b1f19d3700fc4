using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Localization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account;

/// <summary>A page at the door. It remembers where its visitor was going, and sends on whoever is in already.</summary>
[AllowAnonymous, ReloadOnStaleAntiforgeryToken]
public abstract class AuthPageModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>The way on as part of an address, for the link to the other door. Empty when it leads home.</summary>
    public string ReturnUrlQuery => ReturnPath == "/" ? "" : QueryString.Create("returnUrl", ReturnPath).Value!;

    public IActionResult OnGet() => User.Identity?.IsAuthenticated is true ? LocalRedirect(ReturnPath) : Page();

    protected IActionResult RedirectAfterSignIn(User user) => this.SeeOther(CompleteSignIn(user));

    /// <returns>Where whoever has just signed in goes on.</returns>
    protected string CompleteSignIn(User user)
    {
        Response.SetLanguageCookie(user.Language);
        return Url.Content(ReturnPath);
    }

    // Never to another site, and only what a Location header can carry.
    private string ReturnPath => Url.IsLocalUrl(ReturnUrl) && Ascii.IsValid(ReturnUrl) ? ReturnUrl : "/";
}
