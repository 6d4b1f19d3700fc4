using System.Text;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Hashes passwords in NFKC (NIST SP 800-63B, section 3.1.1.2): a Korean password is the same whether a device types syllables or separate
/// jamo. Hashes from before this rule, of the password as it was typed, are still accepted, and then replaced.
/// </summary>
public sealed class NormalizingPasswordHasher(IOptions<PasswordHasherOptions> options) : PasswordHasher<User>(options)
{
    /// <summary>
    /// The hash of a user who does not exist: no password matches it, and it takes as long as a wrong password, so that the time of a
    /// sign-in does not tell which names exist.
    /// </summary>
    public const string NoHash = "";

    public static string Normalize(string password) => password.NormalizeTo(NormalizationForm.FormKC);

    public override string HashPassword(User user, string password) => base.HashPassword(user, Normalize(password));

    public override PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
    {
        var normalized = Normalize(providedPassword);
        if (Verify(user, hashedPassword, normalized) is not PasswordVerificationResult.Failed and var result) return result;

        string[] formerForms =
        [
            providedPassword, providedPassword.NormalizeTo(NormalizationForm.FormC), providedPassword.NormalizeTo(NormalizationForm.FormD),
        ];
        return formerForms.Distinct().Where(form => form != normalized)
            .Any(form => Verify(user, hashedPassword, form) is not PasswordVerificationResult.Failed)
                ? PasswordVerificationResult.SuccessRehashNeeded : PasswordVerificationResult.Failed;
    }

    private PasswordVerificationResult Verify(User user, string hashedPassword, string password)
    {
        if (hashedPassword.Length > 0) return base.VerifyHashedPassword(user, hashedPassword, password);
        base.HashPassword(user, password);
        return PasswordVerificationResult.Failed;
    }
}
