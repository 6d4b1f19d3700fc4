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
[EnableRateLimiting(Limit.SignIns), KeepsForm]
public sealed class SignInModel(
    UserManager<User> users,
    SignInManager<User> session,
    SignInAttempts attempts,
    PasskeyCeremonies passkeys,
    IStringLocalizer<SignInModel> words) : DoorModel
{
    [BindProperty, Required(ErrorMessage = "NameMissing")]
    public string UserName { get; set; } = "";

    [BindProperty, Required(ErrorMessage = "PasswordMissing")]
    public string Password { get; set; } = "";

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Page();
        if (CountAttempt() is { } tooFast) return tooFast.Answer(this);
        if (await SignInAsync() is { } user) return LetIn(user);
        ModelState.AddModelError("", words["Failed"]);
        return Page();
    }

    /// <summary>Begins to sign in with a passkey: the options for the browser, the same for everybody.</summary>
    public async Task<IActionResult> OnPostPasskeyOptionsAsync() => Content(await passkeys.BeginSignInAsync(), "application/json");

    /// <summary>Signs in with a passkey: <c>{ "onward": "/chat/3" }</c> says where to go then.</summary>
    public async Task<IActionResult> OnPostPasskeyAsync(string? credential) => await passkeys.SignInAsync(credential) is { } user
        ? new JsonResult(new { onward = Welcome(user) })
        : this.ProblemFor(StatusCodes.Status400BadRequest, words["PasskeyFailed"]);

    // What can be nobody's name needs no counting.
    private TooFast? CountAttempt() =>
        UserNameRules.Normalize(UserName) is var name && UserNameRules.IsValid(name) ? attempts.Count(users.NormalizeName(name)) : null;

    private async Task<User?> SignInAsync()
    {
        var user = await FindAsync(UserNameRules.Normalize(UserName));
        if (user?.PasswordHash is null || await users.IsLockedOutAsync(user))
        {
            users.PasswordHasher.HashPassword(new User(), Password); // As much work as a check: the time it takes tells nothing either.
            return null;
        }

        var result = await session.PasswordSignInAsync(user, Password, isPersistent: true, lockoutOnFailure: true);
        return result.Succeeded ? user : null;
    }

    private async Task<User?> FindAsync(string name) => UserNameRules.IsValid(name) ? await users.FindByNameAsync(name) : null;
}
