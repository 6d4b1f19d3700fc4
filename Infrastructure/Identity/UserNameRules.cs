using System.Text;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// A name is 2 to 20 letters or digits of any script, with single dots, hyphens or underscores inside. It is kept in NFC, so that
/// Hangul typed as syllables and as jamo is one name (UAX #15).
/// </summary>
public sealed partial class UserNameRules : IUserValidator<User>
{
    public const string ErrorCode = "UserNameRules";

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user) => Task.FromResult(
        IsValid(user.UserName) ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = ErrorCode }));

    public static string Normalize(string? name)
    {
        name = (name ?? "").Trim();
        return name.IsStorable() ? name.Normalize(NormalizationForm.FormC) : name;
    }

    public static bool IsValid(string? name) =>
        name is { Length: >= User.MinNameLength and <= User.MaxNameLength } && Shape().IsMatch(name);

    [GeneratedRegex(@"^[\p{L}\p{Nd}](?:[._-]?[\p{L}\p{M}\p{Nd}])+\z")]
    private static partial Regex Shape();
}
