using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.SignOutEverywhere;

/// <summary>Ends every session of one's own, for whoever left one open on a device that is out of reach.</summary>
[ReloadOnStaleAntiforgeryToken]
public sealed class SignOutEverywhereModel(UserManager<User> users, SessionRevoker sessions) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("/account/profile");

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        var ended = await sessions.RevokeAllAsync(user);
        // Changed elsewhere at this moment: the button is still there.
        return ended.Succeeded ? this.SeeOther("/") : LocalRedirect("/account/profile");
    }
}
