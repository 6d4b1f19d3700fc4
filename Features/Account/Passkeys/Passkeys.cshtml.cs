using System.Buffers.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Realtime;
using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Account.Passkeys;

/// <summary>
/// The page with the user's passkeys. Adding a passkey requires the password, so that an unattended session cannot be used to create
/// permanent access (OWASP ASVS 5, 7.5.1). Removing a passkey revokes the user's other sessions, because the device may be lost.
/// </summary>
public sealed class PasskeysModel(
    UserManager<User> users,
    SignInManager<User> signInManager,
    SessionRevoker sessions,
    PasskeyService passkeyService,
    IStringLocalizer<PasskeysModel> localizer) : PageModel
{
    public const int MaxNameLength = 40;
    public const int MaxPerUser = 20;

    /// <summary>A passkey as the page shows it.</summary>
    /// <param name="Id">The credential's id in base64url.</param>
    public sealed record Entry(string Id, string Name, DateTime AddedAt);

    /// <summary>The resource key of the message about the last change: "Added" or "Removed".</summary>
    [TempData] public string? StatusMessage { get; set; }

    public IReadOnlyList<Entry> Passkeys { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync()
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        Passkeys = [.. (await users.GetPasskeysAsync(user)).Select(ToEntry).OrderBy(entry => entry.AddedAt)];
        return Page();
    }

    /// <summary>Begins to add a passkey. Responds with the options for the browser, as JSON.</summary>
    [AnswersJson]
    public async Task<IActionResult> OnPostOptionsAsync(string? name, string? password)
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        if (Validate(PlainText.NormalizeInput(name)) is { } reason) return Reject(reason);
        if ((await users.GetPasskeysAsync(user)).Count >= MaxPerUser)
        {
            return this.Problem(StatusCodes.Status409Conflict, localizer["TooMany", MaxPerUser]);
        }

        if (Request.HasLostOrigin()) return Reject(localizer["Unavailable"]);
        if (!await VerifyPasswordAsync(user, password)) return Reject(localizer["WrongPassword"]);
        return Content(await passkeyService.BeginRegistrationAsync(user), "application/json");
    }

    /// <summary>Completes adding a passkey with the credential that the browser has created.</summary>
    [AnswersJson]
    public async Task<IActionResult> OnPostAddAsync(string? name, string? credential)
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        if (Validate(PlainText.NormalizeInput(name)) is { } reason) return Reject(reason);
        if (!await passkeyService.CompleteRegistrationAsync(user, PlainText.NormalizeInput(name), credential)) return Reject(
            localizer["NotAdded"]);
        StatusMessage = "Added";
        return new NoContentResult();
    }

    public async Task<IActionResult> OnPostAsync(string? remove)
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        var passkey = (await users.GetPasskeysAsync(user)).FirstOrDefault(p => ToEntry(p).Id == remove);
        if (passkey is not null && (await users.RemovePasskeyAsync(user, passkey.CredentialId)).Succeeded)
        {
            await users.UpdateSecurityStampAsync(user);
            await sessions.RevokeOthersAsync(user);
            StatusMessage = "Removed";
        }

        return this.SeeOther("~/account/passkeys");
    }

    private Entry ToEntry(UserPasskeyInfo passkey) =>
        new(Base64Url.EncodeToString(passkey.CredentialId), passkey.Name ?? localizer["Unnamed"], passkey.CreatedAt.UtcDateTime);

    private string? Validate(string name) => name switch
    {
        _ when !name.IsWellFormed() => localizer["NameMalformed"].Value,
        _ when name.IsBlank() => localizer["NameMissing"].Value,
        _ when Characters.Count(name) > MaxNameLength => localizer["NameTooLong", MaxNameLength].Value,
        _ => null,
    };

    private async Task<bool> VerifyPasswordAsync(User user, string? password) =>
        user.PasswordHash is null || (await signInManager.CheckPasswordSignInAsync(user, password ?? "", lockoutOnFailure: true)).Succeeded;

    private ObjectResult Reject(string reason) => this.Problem(StatusCodes.Status400BadRequest, reason);
}
