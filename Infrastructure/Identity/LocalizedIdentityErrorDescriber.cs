using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
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
        null or "" => localizer["NameMissing"],
        { Length: < User.MinNameLength or > User.MaxNameLength } => localizer["NameLength", User.MinNameLength, User.MaxNameLength],
        _ => localizer["NameInvalid"],
    });

    public override IdentityError DuplicateUserName(string userName) => Error(nameof(DuplicateUserName), localizer["NameTaken"]);

    public override IdentityError PasswordTooShort(int length) => Error(nameof(PasswordTooShort), localizer["PasswordTooShort", length]);

    public override IdentityError ConcurrencyFailure() => Error(nameof(ConcurrencyFailure), localizer["ConcurrencyFailure"]);

    private static IdentityError Error(string code, string description) => new() { Code = code, Description = description };
}
