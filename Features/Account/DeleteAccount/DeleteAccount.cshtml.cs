using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Realtime;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Account.DeleteAccount;

/// <summary>
/// The page on which users delete their account. It requires confirmation by the password, or by typing the user name if the account has
/// passkeys only. A wrong password counts towards the lockout as at sign-in.
/// </summary>
public sealed class DeleteAccountModel(
    UserManager<User> users, SignInManager<User> signInManager, SessionRevoker sessions, DeleteAccountHandler deleteAccount,
    IStringLocalizer<DeleteAccountModel> localizer) : PageModel
{
    [BindProperty] public string? Password { get; set; }
    [BindProperty] public string? TypedName { get; set; }

    public string Name { get; private set; } = "";
    public bool HasPassword { get; private set; }

    public async Task<IActionResult> OnGetAsync() => await LoadCurrentUserAsync() is null ? Challenge() : Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await LoadCurrentUserAsync() is not { } user) return Challenge();
        if (HasPassword) await CheckPasswordAsync(user);
        else CheckName();
        if (!ModelState.IsValid) return Page();

        await deleteAccount.ExecuteAsync(user.Id, cancellationToken);
        await signInManager.SignOutAsync();
        Response.ClearSiteData();
        sessions.CompletePendingPolls(user.Id);
        return this.SeeOther("~/account/deleted");
    }

    private async Task<User?> LoadCurrentUserAsync()
    {
        var user = await users.GetUserAsync(User);
        (Name, HasPassword) = (user?.UserName ?? "", user?.PasswordHash is not null);
        return user;
    }

    private async Task CheckPasswordAsync(User user)
    {
        var check = await signInManager.CheckPasswordSignInAsync(user, Password ?? "", lockoutOnFailure: true);
        if (!check.Succeeded) ModelState.AddModelError(nameof(Password), localizer["WrongPassword"]);
    }

    private void CheckName()
    {
        if (UserNameValidator.Normalize(TypedName) != Name) ModelState.AddModelError(nameof(TypedName), localizer["WrongName"]);
    }
}
