using System.ComponentModel.DataAnnotations;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Account.SignIn;

/// <summary>Signs a person in. Why it did not work is never said, so that nobody learns here which names exist.</summary>
[EnableRateLimiting(RateLimitPolicies.SignIns), RedisplayFormWhenRateLimited]
public sealed class SignInModel(
    UserManager<User> users,
    SignInManager<User> session,
    SignInRateLimiter attempts,
    PasskeyService passkeys,
    IStringLocalizer<SignInModel> localizer) : AuthPageModel
{
    [BindProperty, Required(ErrorMessage = "NameMissing")]
    public string UserName { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "PasswordMissing")]
    public string Password { get; set; } = "";

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        if (CountAttempt() is { } tooFast) return tooFast.ToPageResult(this);
        if (await SignInAsync() is { } user) return RedirectAfterSignIn(user);
        ModelState.AddModelError("", localizer["Failed"]);
        return Page();
    }

    /// <summary>Begins to sign in with a passkey: the options for the browser, the same for everybody.</summary>
    public async Task<IActionResult> OnPostPasskeyOptionsAsync() => Content(await passkeys.BeginSignInAsync(), "application/json");

    /// <summary>Signs in with a passkey: <c>{ "redirectUrl": "/chat/3" }</c> says where to go then.</summary>
    public async Task<IActionResult> OnPostPasskeyAsync(string? credential) => await passkeys.SignInAsync(credential) is { } user
        ? new JsonResult(new { redirectUrl = CompleteSignIn(user) })
        : this.Problem(StatusCodes.Status400BadRequest, localizer["PasskeyFailed"]);

    // What can be nobody's name needs no counting.
    private RateLimitRejection? CountAttempt() =>
        UserNameValidator.Normalize(UserName) is var name && UserNameValidator.IsValid(name)
            ? attempts.TryAcquire(users.NormalizeName(name)) : null;

    private async Task<User?> SignInAsync()
    {
        var user = await FindAsync(UserNameValidator.Normalize(UserName));
        if (user?.PasswordHash is null || await users.IsLockedOutAsync(user))
        {
            users.PasswordHasher.HashPassword(new User(), Password); // As much work as a check: the time it takes tells nothing either.
            return null;
        }

        var result = await session.PasswordSignInAsync(user, Password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded ? user : null;
    }

    private async Task<User?> FindAsync(string name) => UserNameValidator.IsValid(name) ? await users.FindByNameAsync(name) : null;
}
