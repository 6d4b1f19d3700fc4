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

namespace MarketChat.Features.Account.SignIn;

/// <summary>The page for sign-in. It reports every failure with the same message, so that it does not reveal which names exist.</summary>
[EnableRateLimiting(RateLimitPolicies.SignIns), RedisplayFormWhenRateLimited]
public sealed class SignInModel(
    UserManager<User> users,
    SignInManager<User> signInManager,
    SignInRateLimiter rateLimiter,
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
        if (CountAttempt() is { } rejection) return rejection.ToPageResult(this);
        if (await SignInAsync() is { } user) return RedirectAfterSignIn(user);
        ModelState.AddModelError("", localizer["Failed"]);
        return Page();
    }

    /// <summary>
    /// Begins to sign in with a passkey. Responds with the options for the browser, as JSON; they contain nothing about the user.
    /// </summary>
    [AnswersJson]
    public async Task<IActionResult> OnPostPasskeyOptionsAsync() => Request.HasLostOrigin()
        ? this.Problem(StatusCodes.Status400BadRequest, localizer["PasskeyUnavailable"])
        : Content(await passkeys.BeginSignInAsync(), "application/json");

    /// <summary>Signs in with a passkey. Responds with <c>{ "redirectUrl": "/chat/3" }</c>, the URL to continue at.</summary>
    [AnswersJson]
    public async Task<IActionResult> OnPostPasskeyAsync(string? credential) => await passkeys.SignInAsync(credential) is { } user
        ? new JsonResult(new { redirectUrl = CompleteSignIn(user) })
        : this.Problem(StatusCodes.Status400BadRequest, localizer["PasskeyFailed"]);

    // An invalid name belongs to no user, so attempts with it need no limit.
    private RateLimitRejection? CountAttempt() =>
        UserNameValidator.Normalize(UserName) is var name && UserNameValidator.IsValid(name)
            ? rateLimiter.TryAcquire(users.NormalizeName(name)) : null;

    private async Task<User?> SignInAsync()
    {
        var user = await FindAsync(UserNameValidator.Normalize(UserName));
        if (user?.PasswordHash is null || await users.IsLockedOutAsync(user))
        {
            users.PasswordHasher.VerifyHashedPassword(new User(), NormalizingPasswordHasher.NoHash, Password);
            return null;
        }

        var result = await signInManager.PasswordSignInAsync(user, Password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded ? user : null;
    }

    private async Task<User?> FindAsync(string name) => UserNameValidator.IsValid(name) ? await users.FindByNameAsync(name) : null;
}
