using System.Buffers.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Account.Passkeys;

/// <summary>
/// One's passkeys. Adding one asks for the password first: who finds a session open must not make a way in of their own (OWASP ASVS 5,
/// 7.5.1). Removing one ends the sessions elsewhere, since one does so for a device that is lost.
/// </summary>
public sealed class PasskeysModel(
    UserManager<User> users,
    SignInManager<User> session,
    Sessions sessions,
    PasskeyCeremonies ceremonies,
    IStringLocalizer<PasskeysModel> words) : PageModel
{
    public const int MaxNameLength = 40;
    public const int MostPerPerson = 20;

    /// <summary>A passkey as the page shows it; the id is its credential's, in base64url.</summary>
    public sealed record Entry(string Id, string Name, DateTime AddedAt);

    /// <summary>What has just been done, by its key in the words: "Added" or "Removed".</summary>
    [TempData] public string? PasskeyNotice { get; set; }

    public IReadOnlyList<Entry> Passkeys { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync()
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        Passkeys = [.. (await users.GetPasskeysAsync(user)).Select(ToEntry).OrderBy(entry => entry.AddedAt)];
        return Page();
    }

    /// <summary>Begins adding one: the options for the browser.</summary>
    public async Task<IActionResult> OnPostOptionsAsync(string? name, string? password)
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        if (WhyNot(PlainText.Tidy(name)) is { } reason) return Refuse(reason);
        if ((await users.GetPasskeysAsync(user)).Count >= MostPerPerson)
        {
            return this.ProblemFor(StatusCodes.Status409Conflict, words["TooMany", MostPerPerson]);
        }

        if (!await IsMineAsync(user, password)) return Refuse(words["WrongPassword"]);
        return Content(await ceremonies.BeginAddingAsync(user), "application/json");
    }

    /// <summary>Ends adding one: what the browser made of the options.</summary>
    public async Task<IActionResult> OnPostAddAsync(string? name, string? credential)
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        if (WhyNot(PlainText.Tidy(name)) is { } reason) return Refuse(reason);
        if (!await ceremonies.FinishAddingAsync(user, PlainText.Tidy(name), credential)) return Refuse(words["NotAdded"]);
        PasskeyNotice = "Added";
        return new NoContentResult();
    }

    public async Task<IActionResult> OnPostAsync(string? remove)
    {
        if (await users.GetUserAsync(User) is not { } user) return Challenge();
        var passkey = (await users.GetPasskeysAsync(user)).FirstOrDefault(p => ToEntry(p).Id == remove);
        if (passkey is not null && (await users.RemovePasskeyAsync(user, passkey.CredentialId)).Succeeded)
        {
            await users.UpdateSecurityStampAsync(user);
            await sessions.EndOthersAsync(user);
            PasskeyNotice = "Removed";
        }

        return this.SeeOther("/account/passkeys");
    }

    private Entry ToEntry(UserPasskeyInfo passkey) =>
        new(Base64Url.EncodeToString(passkey.CredentialId), passkey.Name ?? words["Nameless"], passkey.CreatedAt.UtcDateTime);

    private string? WhyNot(string name) => name switch
    {
        "" => words["NameMissing"].Value,
        { Length: > MaxNameLength } => words["NameTooLong", MaxNameLength].Value,
        _ when !name.IsStorable() => words["NameNotText"].Value,
        _ => null,
    };

    private async Task<bool> IsMineAsync(User user, string? password) =>
        user.PasswordHash is null || (await session.CheckPasswordSignInAsync(user, password ?? "", lockoutOnFailure: true)).Succeeded;

    private ObjectResult Refuse(string reason) => this.ProblemFor(StatusCodes.Status400BadRequest, reason);
}
