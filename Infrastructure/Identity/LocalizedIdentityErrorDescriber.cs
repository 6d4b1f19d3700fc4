using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Localizes the errors of ASP.NET Core Identity that users can see. Its other errors concern features that this app does not use, such as
/// email addresses and roles.
/// </summary>
public sealed class LocalizedIdentityErrorDescriber(IStringLocalizer<LocalizedIdentityErrorDescriber> localizer) : IdentityErrorDescriber
{
    public override IdentityError InvalidUserName(string? userName) => Error(nameof(InvalidUserName), userName switch
    {
        null => localizer["NameMissing"],
        _ when userName.IsBlank() => localizer["NameMissing"],
        _ when !UserNameValidator.HasValidLength(userName) => localizer["NameLength", User.MinNameLength, User.MaxNameLength],
        _ => localizer["NameInvalid"],
    });

    public override IdentityError DuplicateUserName(string userName) => Error(nameof(DuplicateUserName), localizer["NameTaken"]);

    /// <summary>The name mixes scripts, or has too many accents on a letter.</summary>
    public IdentityError MixedUserName() => Error(nameof(MixedUserName), localizer["NameMixed"]);

    /// <summary>The name looks like that of another user.</summary>
    public IdentityError LookalikeUserName() => Error(nameof(LookalikeUserName), localizer["NameLookalike"]);

    public override IdentityError PasswordTooShort(int length) => Error(nameof(PasswordTooShort), localizer["PasswordTooShort", length]);

    public override IdentityError ConcurrencyFailure() => Error(nameof(ConcurrencyFailure), localizer["ConcurrencyFailure"]);

    private static IdentityError Error(string code, string description) => new() { Code = code, Description = description };
}
