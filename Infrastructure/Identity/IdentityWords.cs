using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Identity;

/// <summary>What Identity has to say to a person, in their language. Its other sentences are about what this app has not got.</summary>
public sealed class IdentityWords(IStringLocalizer<IdentityWords> words) : IdentityErrorDescriber
{
    public override IdentityError InvalidUserName(string? userName) => Error(nameof(InvalidUserName), userName switch
    {
        null or "" => words["NameMissing"],
        { Length: < User.MinNameLength or > User.MaxNameLength } => words["NameLength", User.MinNameLength, User.MaxNameLength],
        _ => words["NameShape"],
    });

    public override IdentityError DuplicateUserName(string userName) => Error(nameof(DuplicateUserName), words["NameTaken"]);

    public override IdentityError PasswordTooShort(int length) => Error(nameof(PasswordTooShort), words["PasswordTooShort", length]);

    public override IdentityError ConcurrencyFailure() => Error(nameof(ConcurrencyFailure), words["ChangedElsewhere"]);

    private static IdentityError Error(string code, string description) => new() { Code = code, Description = description };
}
