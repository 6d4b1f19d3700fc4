using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Localization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account;

/// <summary>A page at the door. It remembers where its visitor was going, and sends on whoever is in already.</summary>
[AllowAnonymous, AskAgainWhenStale]
public abstract class DoorModel : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>The way on as part of an address, for the link to the other door. Empty when it leads home.</summary>
    public string OnwardQuery => Onward == "/" ? "" : QueryString.Create("returnUrl", Onward).Value!;

    public IActionResult OnGet() => User.Identity?.IsAuthenticated is true ? LocalRedirect(Onward) : Page();

    protected IActionResult LetIn(User user) => this.SeeOther(Welcome(user));

    /// <returns>Where whoever has just signed in goes on.</returns>
    protected string Welcome(User user)
    {
        Response.RememberLanguage(user.Language);
        return Url.Content(Onward);
    }

    // Never to another site, and only what a Location header can carry.
    private string Onward => Url.IsLocalUrl(ReturnUrl) && Ascii.IsValid(ReturnUrl) ? ReturnUrl : "/";
}
