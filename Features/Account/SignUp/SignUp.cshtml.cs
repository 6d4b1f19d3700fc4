using System.ComponentModel.DataAnnotations;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Limits = MarketChat.Infrastructure.Data.Entities.User; // "User" is a property of PageModel.

namespace MarketChat.Features.Account.SignUp;

/// <summary>The page for sign-up. It creates an account and signs the user in. All errors of the form are reported at once.</summary>
[EnableRateLimiting(RateLimitPolicies.SignUps), RedisplayFormWhenRateLimited, RecoverableForm(nameof(UserName))]
public sealed class SignUpModel(
    UserManager<User> users,
    SignInManager<User> signInManager,
    UserNameValidator userNameValidator,
    TimeProvider time,
    IStringLocalizer<SignUpModel> localizer) : AuthPageModel
{
    [BindProperty]
    public string? UserName { get; set; }

    [BindProperty, Required(ErrorMessage = "PasswordMissing")]
    [MinLength(Limits.MinPasswordLength, ErrorMessage = "PasswordTooShort")]
    public string Password { get; set => field = NormalizingPasswordHasher.Normalize(value ?? ""); } = "";

    [BindProperty]
    public string? ConfirmPassword { get; set => field = NormalizingPasswordHasher.Normalize(value ?? ""); }

    public async Task<IActionResult> OnPostAsync()
    {
        var user = new User { UserName = UserNameValidator.Normalize(UserName), CreatedAt = time.GetUtcNowInMilliseconds() };
        ModelState.AddIdentityErrors(await userNameValidator.ValidateAsync(users, user));
        if (Password.Length > Limits.MaxPasswordLength)
        {
            ModelState.AddModelError(nameof(Password), localizer["PasswordTooLong", Limits.MaxPasswordLength]);
        }

        if (ConfirmPassword != Password) ModelState.AddModelError(nameof(ConfirmPassword), localizer["PasswordsDiffer"]);
        if (!ModelState.IsValid) return Page();

        ModelState.AddIdentityErrors(await users.CreateAsync(user, Password));
        if (!ModelState.IsValid) return Page();

        await signInManager.SignInAsync(user, isPersistent: true);
        return RedirectAfterSignIn(user);
    }
}
