using System.Globalization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// The two ceremonies of passkeys, registration and authentication (https://www.w3.org/TR/webauthn-3). Each begins with options for the
/// browser, as JSON, and completes with the credential that the browser returns, as JSON. Passkeys are discoverable and require user
/// verification, so they replace both user name and password.
/// </summary>
public sealed class PasskeyService(UserManager<User> users, SignInManager<User> signInManager)
{
    public Task<string> BeginRegistrationAsync(User user) => signInManager.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
    {
        Id = GetUserHandle(user),
        Name = user.UserName!,
        DisplayName = user.UserName!,
    });

    /// <returns>False if the credential is missing or invalid, or if the options were not created for this user.</returns>
    public async Task<bool> CompleteRegistrationAsync(User user, string name, string? credential)
    {
        var attestation = await PerformAsync(signInManager.PerformPasskeyAttestationAsync, credential);
        if (attestation is not { Succeeded: true } || attestation.UserEntity.Id != GetUserHandle(user)) return false;
        attestation.Passkey.Name = name;
        return (await users.AddOrUpdatePasskeyAsync(user, attestation.Passkey)).Succeeded;
    }

    public Task<string> BeginSignInAsync() => signInManager.MakePasskeyRequestOptionsAsync(user: null);

    /// <summary>
    /// Signs in with a passkey. The session is persistent, as with a password. The lockout after wrong passwords does not apply: anybody
    /// who
    /// knows a user name could keep its owner out, and a passkey cannot be guessed.
    /// </summary>
    /// <returns>The user who is signed in now; null if the credential is not accepted.</returns>
    public async Task<User?> SignInAsync(string? credential)
    {
        var assertion = await PerformAsync(signInManager.PerformPasskeyAssertionAsync, credential);
        if (assertion is not { Succeeded: true, User: var user }) return null;
        if (!(await users.AddOrUpdatePasskeyAsync(user, assertion.Passkey)).Succeeded) return null; // The signature counter.
        await signInManager.SignInAsync(user, isPersistent: true);
        return user;
    }

    private static string GetUserHandle(User user) => user.Id.ToString(CultureInfo.InvariantCulture);

    // Identity throws InvalidOperationException if no ceremony, or a different one, was begun in this browser.
    private static async Task<T?> PerformAsync<T>(Func<string, Task<T>> ceremony, string? credential) where T : class
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
