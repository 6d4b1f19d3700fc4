using System.Text;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Validates and normalizes user names. A name is 2 to 20 characters long, consists of letters and digits of any script with single dots,
/// hyphens or underscores between them, and is unique. It is stored in NFC, so that Hangul typed as syllables and as jamo gives the same
/// name (UAX #15).
/// </summary>
public sealed partial class UserNameValidator(LocalizedIdentityErrorDescriber errorDescriber)
    : UserValidator<User>(errorDescriber), ILookupNormalizer
{
    // Letters and marks without a visible glyph (Default_Ignorable_Code_Point, UAX #44): a name of Hangul fillers would look blank, and a
    // name with a variation selector would look like another user's name.
    private const string Invisible = @"\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u3164\uFE00-\uFE0F\uFFA0";

    private const char ByteOrderReversed = '\uFFFE'; // string.Normalize throws on it.

    /// <summary>Checks the user's name; the errors are localized sentences for the user.</summary>
    public override Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user) =>
        IsValid(user.UserName)
            ? base.ValidateAsync(manager, user)
            : Task.FromResult(IdentityResult.Failed(errorDescriber.InvalidUserName(user.UserName)));

    public string? NormalizeName(string? name) => name is null ? null : ToLookupKey(name);

    public string? NormalizeEmail(string? email) => email; // Users have no email address.

    /// <summary>
    /// Normalizes a name to the form that is stored and shown: trimmed, in NFC. Malformed UTF-16 is returned without normalization; it is
    /// never a valid name.
    /// </summary>
    public static string Normalize(string? name)
    {
        name = (name ?? "").Trim();
        return name.IsWellFormed() && !name.Contains(ByteOrderReversed) ? name.Normalize(NormalizationForm.FormC) : name;
    }

    public static bool IsValid(string? name) =>
        name is { Length: >= User.MinNameLength and <= User.MaxNameLength }
        && ValidNamePattern().IsMatch(name)
        && ToLookupKey(name).Length <= User.MaxNameLength;

    // The key that must be unique: the name in NFKC and upper case, so that a full-width "ａｌｉｃｅ" is the same name as "alice". NFKC is not
    // used for the shown name, because it would decompose compatibility jamo such as "ㅋㅋ".
    private static string ToLookupKey(string name) => name.Normalize(NormalizationForm.FormKC).ToUpperInvariant();

    [GeneratedRegex(
        $@"^(?!.*[{Invisible}])[\p{{L}}\p{{Nd}}](?:[._-]?[\p{{L}}\p{{M}}\p{{Nd}}])+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidNamePattern();
}
