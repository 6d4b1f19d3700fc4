using System.ComponentModel.DataAnnotations;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;
using Limits = MarketChat.Infrastructure.Data.User; // In a page, "User" is who is signed in.

namespace MarketChat.Features.Account.SignUp;

/// <summary>Opens an account and signs its owner in. Everything wrong with the form is said at once.</summary>
[EnableRateLimiting(RateLimitPolicies.SignUps), RedisplayFormWhenRateLimited]
public sealed class SignUpModel(
    UserManager<User> users,
    SignInManager<User> session,
    UserNameValidator names,
    TimeProvider time,
    IStringLocalizer<SignUpModel> localizer) : AuthPageModel
{
    [BindProperty]
    public string? UserName { get; set; }

    [BindProperty, Required(ErrorMessage = "PasswordMissing")]
    [MinLength(Limits.MinPasswordLength, ErrorMessage = "PasswordTooShort")]
    [MaxLength(Limits.MaxPasswordLength, ErrorMessage = "PasswordTooLong")]
    public string Password { get; set; } = "";

    [BindProperty]
    public string? ConfirmPassword { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var user = new User { UserName = UserNameValidator.Normalize(UserName), CreatedAt = time.GetUtcNowInMilliseconds() };
        ModelState.AddIdentityErrors(await names.ValidateAsync(users, user));
        if (ConfirmPassword != Password) ModelState.AddModelError(nameof(ConfirmPassword), localizer["PasswordsDiffer"]);
        if (!ModelState.IsValid) return Page();

        ModelState.AddIdentityErrors(await users.CreateAsync(user, Password));
        if (!ModelState.IsValid) return Page();

        await session.SignInAsync(user, isPersistent: true);
        return RedirectAfterSignIn(user);
    }
}
