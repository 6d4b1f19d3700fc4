using System.ComponentModel.DataAnnotations;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Realtime;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Limits = MarketChat.Infrastructure.Data.Entities.User; // "User" is a property of PageModel.

namespace MarketChat.Features.Account.ChangePassword;

/// <summary>
/// The page on which users change their password. It requires the current password; a wrong one counts towards the lockout as at sign-in,
/// so that an open session cannot be used to guess it. The user's other sessions are revoked, because the old password may be known to
/// others.
/// </summary>
[RecoverableForm] // Nothing but passwords, which are not kept; but the user is told why the form is empty.
public sealed class ChangePasswordModel(
    UserManager<User> users, SignInManager<User> signInManager, SessionRevoker sessions, IStringLocalizer<ChangePasswordModel> localizer)
        : PageModel
{
    [BindProperty, Required(ErrorMessage = "CurrentPasswordMissing")]
    public string CurrentPassword { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "NewPasswordMissing")]
    [MinLength(Limits.MinPasswordLength, ErrorMessage = "PasswordTooShort")]
    public string NewPassword { get; set => field = NormalizingPasswordHasher.Normalize(value ?? ""); } = "";

    [BindProperty]
    public string? ConfirmPassword { get; set => field = NormalizingPasswordHasher.Normalize(value ?? ""); }

    [TempData]
    public bool PasswordChanged { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        if (NewPassword.Length > Limits.MaxPasswordLength)
        {
            ModelState.AddModelError(nameof(NewPassword), localizer["PasswordTooLong", Limits.MaxPasswordLength]);
        }

        if (ConfirmPassword != NewPassword) ModelState.AddModelError(nameof(ConfirmPassword), localizer["PasswordsDiffer"]);
        if (!ModelState.IsValid) return Page();

        var check = await signInManager.CheckPasswordSignInAsync(user, CurrentPassword, lockoutOnFailure: true);
        if (!check.Succeeded) ModelState.AddModelError(nameof(CurrentPassword), localizer["WrongPassword"]);
        else ModelState.AddIdentityErrors(await users.ChangePasswordAsync(user, CurrentPassword, NewPassword));
        if (!ModelState.IsValid) return Page();

        await sessions.RevokeOthersAsync(user);
        PasswordChanged = true;
        return this.SeeOther("~/account/password");
    }
}
