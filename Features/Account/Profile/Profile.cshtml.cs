using MarketChat.Features.Shared;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using MarketChat.Infrastructure.Identity;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using MarketChat.Infrastructure.RateLimits;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Account.Profile;

/// <summary>The page "나의 마켓" (My Market): the user's profile, and links to the other account pages.</summary>
[EnableRateLimiting(RateLimitPolicies.Uploads)]
[RecoverableForm(nameof(UserName), nameof(RemoveAvatar), nameof(Language))]
[MaxRequestBodySize(MaxBytes), RequestFormLimits(MultipartBodyLengthLimit = MaxBytes)]
public sealed class ProfileModel(
    UserManager<User> users,
    SignInManager<User> signInManager,
    UserNameValidator userNameValidator,
    MarketDb db,
    PhotoStore photos,
    IStringLocalizer<ProfileModel> localizer) : PageModel
{
    private const int MaxBytes = PhotoProcessor.MaxBytes + FormFieldAllowance;
    private const int FormFieldAllowance = 64 * 1024;

    public sealed record Person(string Name, Avatar Avatar, DateTime Joined);

    [BindProperty] public string? UserName { get; set; }
    [BindProperty] public IFormFile? Avatar { get; set; }
    [BindProperty] public bool RemoveAvatar { get; set; }
    [BindProperty] public string? Language { get; set; }
    [TempData] public bool Saved { get; set; }

    public Person CurrentUser { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync()
    {
        if (await LoadCurrentUserAsync() is not { } user) return await SignOutAsync();
        (UserName, Language) = (user.UserName, user.Language);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await LoadCurrentUserAsync() is not { } user) return await SignOutAsync();
        var oldAvatar = user.Avatar;
        await ApplyChangesAsync(user, cancellationToken);
        if (ModelState.IsValid) await UpdateAsync(user, oldAvatar, cancellationToken);
        if (!ModelState.IsValid) return Page();

        await signInManager.RefreshSignInAsync(user); // The session contains the user's name.
        Response.SetLanguageCookie(user.Language);
        if (oldAvatar is not null && oldAvatar != user.Avatar) await photos.DeleteFilesAsync([oldAvatar]);
        Saved = true;
        return this.SeeOther("~/account/profile");
    }

    private async Task<User?> LoadCurrentUserAsync()
    {
        var user = await users.GetUserAsync(User);
        if (user is not null) CurrentUser = new Person(user.UserName!, new Avatar(user.UserName!, user.Avatar), user.CreatedAt);
        return user;
    }

    // A session can outlive its account when an older backup is restored.
    private async Task<IActionResult> SignOutAsync()
    {
        await signInManager.SignOutAsync();
        return Challenge();
    }

    private async Task ApplyChangesAsync(User user, CancellationToken cancellationToken)
    {
        user.UserName = UserNameValidator.Normalize(UserName);
        user.Language = Language;
        ModelState.AddIdentityErrors(await userNameValidator.ValidateAsync(users, user));
        if (!IsSupported(Language)) ModelState.AddModelError(nameof(Language), localizer["LanguageUnknown"]);
        if (ModelState.IsValid) await ChangeAvatarAsync(user, cancellationToken);
    }

    private static bool IsSupported(string? language) => language is null || LocalizationSetup.Languages.Contains(language);

    private async Task ChangeAvatarAsync(User user, CancellationToken cancellationToken)
    {
        if (RemoveAvatar) user.Avatar = null;
        if (Avatar is null) return;
        var result = await photos.SaveAsync(user.Id, Avatar, cancellationToken);
        if (result.Photo is { } photo)
        {
            user.Avatar = photo.Name;
            return;
        }

        ModelState.AddModelError(nameof(Avatar), result.Problem!);
        result.ApplyTo(Response);
    }

    // Saves the profile, the new avatar and the removal of the old one in one transaction.
    private async Task UpdateAsync(User user, string? oldAvatar, CancellationToken cancellationToken)
    {
        if (user.Avatar != oldAvatar)
        {
            var (oldPhoto, newPhoto) =
                (await FindPhotoAsync(oldAvatar, cancellationToken), await FindPhotoAsync(user.Avatar, cancellationToken));
            if (oldPhoto is not null) db.Remove(oldPhoto);
            if (newPhoto is not null) newPhoto.IsStaged = false;
        }

        ModelState.AddIdentityErrors(await users.UpdateAsync(user));
        if (!ModelState.IsValid && user.Avatar is not null && user.Avatar != oldAvatar) await photos.DeleteAsync([user.Avatar]);
    }

    private async Task<StoredPhoto?> FindPhotoAsync(string? name, CancellationToken cancellationToken) =>
        name is null ? null : await db.StoredPhotos.FindAsync([name], cancellationToken);
}
