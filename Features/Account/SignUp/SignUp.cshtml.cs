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
[EnableRateLimiting(Limit.SignUps), KeepsForm]
public sealed class SignUpModel(
    UserManager<User> users,
    SignInManager<User> session,
    UserNameRules names,
    TimeProvider time,
    IStringLocalizer<SignUpModel> words) : DoorModel
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
        var user = new User { UserName = UserNameRules.Normalize(UserName), CreatedAt = time.GetUtcMilliseconds() };
        ModelState.Add(await names.ValidateAsync(users, user));
        if (ConfirmPassword != Password) ModelState.AddModelError(nameof(ConfirmPassword), words["PasswordsDiffer"]);
        if (!ModelState.IsValid) return Page();

        ModelState.Add(await users.CreateAsync(user, Password));
        if (!ModelState.IsValid) return Page();

        await session.SignInAsync(user, isPersistent: true);
        return LetIn(user);
    }
}
