using System.Text;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// A name is 2 to 20 letters or digits of any script, with single dots, hyphens or underscores inside, and no one else's. It is kept
/// in NFC, so that Hangul typed as syllables and as jamo is one name (UAX #15).
/// </summary>
public sealed partial class UserNameValidator(LocalizedIdentityErrorDescriber words) : UserValidator<User>(words), ILookupNormalizer
{
    // Unicode counts these among letters and marks, but no one sees them: a name of Hangul fillers is blank, and one with a variation
    // selector looks like someone else's (Default_Ignorable_Code_Point, UAX #44).
    private const string Invisible = @"\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u3164\uFE00-\uFE0F\uFFA0";

    private const char ByteOrderReversed = '\uFFFE'; // .NET throws rather than normalise it.

    /// <summary>All that is wrong with the person's name, as sentences for them.</summary>
    public override Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user) =>
        IsValid(user.UserName)
            ? base.ValidateAsync(manager, user)
            : Task.FromResult(IdentityResult.Failed(words.InvalidUserName(user.UserName)));

    public string? NormalizeName(string? name) => name is null ? null : ToLookupKey(name);

    public string? NormalizeEmail(string? email) => email; // Nobody has one here.

    /// <summary>A name as it is kept and shown. What is no text comes back as it is, and is no valid name either.</summary>
    public static string Normalize(string? name)
    {
        name = (name ?? "").Trim();
        return name.IsWellFormed() && !name.Contains(ByteOrderReversed) ? name.Normalize(NormalizationForm.FormC) : name;
    }

    public static bool IsValid(string? name) =>
        name is { Length: >= User.MinNameLength and <= User.MaxNameLength }
        && ValidNamePattern().IsMatch(name)
        && ToLookupKey(name).Length <= User.MaxNameLength;

    // What must be unique. NFKC, so that nobody passes for "alice" by typing her name at full width; as what is shown it would take
    // the jamo of "ㅋㅋ" apart.
    private static string ToLookupKey(string name) => name.Normalize(NormalizationForm.FormKC).ToUpperInvariant();

    [GeneratedRegex(
        $@"^(?!.*[{Invisible}])[\p{{L}}\p{{Nd}}](?:[._-]?[\p{{L}}\p{{M}}\p{{Nd}}])+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidNamePattern();
}
