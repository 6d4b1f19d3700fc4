using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Features.Account.SignIn;

[AllowAnonymous]
public sealed class SignInModel(SignInManager<User> signIn) : PageModel
{
    [BindProperty] public string UserName { get; set; } = "";
    [BindProperty] public string Password { get; set; } = "";

    public async Task<IActionResult> OnPostAsync(string? returnUrl)
    {
        var result = await signIn.PasswordSignInAsync(UserName, Password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded ? LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/") : Page();
    }
}
