using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.SignOut;

/// <summary>Signs the user out, by POST only: a link or an image on another site can send a GET request, which changes nothing.</summary>
[ReloadOnStaleAntiforgeryToken]
public sealed class SignOutModel(SignInManager<User> signInManager) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("~/account/profile");

    public async Task<IActionResult> OnPostAsync()
    {
        await signInManager.SignOutAsync();
        Response.ClearSiteData();
        return this.SeeOther("~/");
    }
}
