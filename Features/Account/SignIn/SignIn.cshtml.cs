using System.ComponentModel.DataAnnotations;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Account.SignIn;

/// <summary>Signs a person in. Why it did not work is never said, so that nobody learns here which names exist.</summary>
public sealed class SignInModel(UserManager<User> users, SignInManager<User> session, IStringLocalizer<SignInModel> words) : DoorModel
{
    [BindProperty, Required(ErrorMessage = "NameMissing")]
    public string UserName { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "PasswordMissing")]
    public string Password { get; set; } = "";

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        if (await SignInAsync() is { } user) return LetIn(user);
        ModelState.AddModelError("", words["Failed"]);
        return Page();
    }

    private async Task<User?> SignInAsync()
    {
        var user = await FindAsync(UserNameRules.Normalize(UserName));
        if (user is null || await users.IsLockedOutAsync(user))
        {
            users.PasswordHasher.HashPassword(new User(), Password); // As much work as a check: the time it takes tells nothing either.
            return null;
        }

        var result = await session.PasswordSignInAsync(user, Password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded ? user : null;
    }

    private async Task<User?> FindAsync(string name) => UserNameRules.IsValid(name) ? await users.FindByNameAsync(name) : null;
}
