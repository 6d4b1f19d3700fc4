using System.Text;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Validates and normalizes user names. A name is 2 to 20 characters long, consists of letters and digits of any script with single dots,
/// hyphens or underscores between them, and is unique. It is stored in NFC, so that Hangul typed as syllables and as jamo gives the same
/// name (UAX #15). A new name must not look like another: it does not mix scripts, and no other name has its skeleton (UTS #39).
/// </summary>
public sealed partial class UserNameValidator(MarketDb db, LocalizedIdentityErrorDescriber errorDescriber)
    : UserValidator<User>(errorDescriber), ILookupNormalizer
{
    /// <summary>Checks the user's name; the errors are localized sentences for the user.</summary>
    public override async Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user)
    {
        if (!IsValid(user.UserName)) return IdentityResult.Failed(errorDescriber.InvalidUserName(user.UserName));
        var result = await base.ValidateAsync(manager, user);
        if (!result.Succeeded) return result;
        return await FindLookalikeErrorAsync(user) is { } error ? IdentityResult.Failed(error) : result;
    }

    public string? NormalizeName(string? name) => name is null ? null : ToLookupKey(name);

    public string? NormalizeEmail(string? email) => email; // Users have no email address.

    /// <summary>
    /// Normalizes a name to the form that is stored and shown: trimmed, in NFC. Malformed UTF-16 is returned without normalization; it is
    /// never a valid name.
    /// </summary>
    public static string Normalize(string? name) => (name ?? "").Trim().NormalizeTo(NormalizationForm.FormC);

    public static bool IsValid(string? name) =>
        name is not null
        && HasValidLength(name)
        && ValidNamePattern().IsMatch(name)
        && !name.EnumerateRunes().Any(BlankText.IsInvisible) // Hangul fillers are letters, and would look blank.
        && Characters.Count(ToLookupKey(name)) <= User.MaxNameLength;

    public static bool HasValidLength(string name) => Characters.Count(name) is >= User.MinNameLength and <= User.MaxNameLength;

    // Identity validates the name with each change of the account, so a name from before this rule stays valid until it is changed.
    private async Task<IdentityError?> FindLookalikeErrorAsync(User user)
    {
        var name = user.UserName!;
        var isMixed = ConfusableName.MixesScripts(name) || ConfusableName.StacksMarks(name);
        if (!isMixed && !await LooksLikeAnotherAsync(user.Id, name)) return null;
        if (await db.Users.AnyAsync(u => u.Id == user.Id && u.UserName == name)) return null;
        return isMixed ? errorDescriber.MixedUserName() : errorDescriber.LookalikeUserName();
    }

    // The same name is not a look-alike: Identity and the unique index report it.
    private Task<bool> LooksLikeAnotherAsync(int userId, string name)
    {
        var (lookalikes, key) = (ConfusableName.Lookalikes(name), ToLookupKey(name));
        return db.Users.AnyAsync(u => u.Id != userId && u.NormalizedUserName != key && lookalikes.Contains(u.NameSkeleton!));
    }

    // The key that must be unique: the name in NFKC and upper case, so that a full-width "ａｌｉｃｅ" is the same name as "alice". NFKC is not
    // used for the shown name, because it would decompose compatibility jamo such as "ㅋㅋ".
    private static string ToLookupKey(string name) => name.NormalizeTo(NormalizationForm.FormKC).ToUpperInvariant();

    [GeneratedRegex(@"^[\p{L}\p{Nd}](?:[._-]?[\p{L}\p{M}\p{Nd}])+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidNamePattern();
}
