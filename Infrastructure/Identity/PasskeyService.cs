using System.Globalization;
using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// The two ceremonies of passkeys (https://www.w3.org/TR/webauthn-3): a device makes one, and later shows that it has it. Each begins
/// with options for the browser, as JSON, and ends with what the browser made of them. Passkeys are discoverable and ask who holds the
/// device, so that one signs in without a name or a password.
/// </summary>
public sealed class PasskeyService(UserManager<User> users, SignInManager<User> session)
{
    public Task<string> BeginRegistrationAsync(User user) => session.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
    {
        Id = GetUserHandle(user),
        Name = user.UserName!,
        DisplayName = user.UserName!,
    });

    /// <returns>False when the credential is none, or answers to options that were made for somebody else, or for nobody.</returns>
    public async Task<bool> CompleteRegistrationAsync(User user, string name, string? credential)
    {
        var made = await Perform(session.PerformPasskeyAttestationAsync, credential);
        if (made is not { Succeeded: true } || made.UserEntity.Id != GetUserHandle(user)) return false;
        made.Passkey.Name = name;
        return (await users.AddOrUpdatePasskeyAsync(user, made.Passkey)).Succeeded;
    }

    public Task<string> BeginSignInAsync() => session.MakePasskeyRequestOptionsAsync(user: null);

    /// <summary>As the password does: for long, and not while the account is locked.</summary>
    /// <returns>Who is signed in now; null when the credential opens no account.</returns>
    public async Task<User?> SignInAsync(string? credential)
    {
        var shown = await Perform(session.PerformPasskeyAssertionAsync, credential);
        if (shown is not { Succeeded: true, User: var user } || await users.IsLockedOutAsync(user)) return null;
        if (!(await users.AddOrUpdatePasskeyAsync(user, shown.Passkey)).Succeeded) return null; // It counts its uses.
        await session.SignInAsync(user, isPersistent: true);
        return user;
    }

    private static string GetUserHandle(User user) => user.Id.ToString(CultureInfo.InvariantCulture);

    // Identity throws where no ceremony has begun in this browser, or another one.
    private static async Task<T?> Perform<T>(Func<string, Task<T>> ceremony, string? credential) where T : class
    {
        if (string.IsNullOrEmpty(credential)) return null;
        try
        {
            return await ceremony(credential);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
