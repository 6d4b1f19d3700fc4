using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.SignOut;

/// <summary>Signs out, by the button on the profile only: a link or a picture from elsewhere can GET this, and changes nothing.</summary>
[ReloadOnStaleAntiforgeryToken]
public sealed class SignOutModel(SignInManager<User> session) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/account/profile");

    public async Task<IActionResult> OnPostAsync()
    {
        await session.SignOutAsync();
        return this.SeeOther("/");
    }
}
