using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Realtime;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.SignOutEverywhere;

/// <summary>Revokes all sessions of the user, for example when a session is still open on a lost device.</summary>
[ReloadOnStaleAntiforgeryToken]
public sealed class SignOutEverywhereModel(UserManager<User> users, SessionRevoker sessions) : PageModel
{
    public IActionResult OnGet() => LocalRedirect("~/account/profile");

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        var result = await sessions.RevokeAllAsync(user);
        // On failure the user was updated by a concurrent request; the profile offers the button again.
        if (!result.Succeeded) return LocalRedirect("~/account/profile");
        Response.ClearSiteData();
        return this.SeeOther("~/");
    }
}
