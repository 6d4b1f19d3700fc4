using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Realtime;

/// <summary>
/// Revokes the sessions of a user in all browsers. A revoked session is rejected at its next request, and its pending polls are completed
/// immediately.
/// </summary>
public sealed class SessionRevoker(UserManager<User> users, SignInManager<User> signInManager, ChangeNotifier notifier)
{
    /// <summary>Revokes all sessions, the current one included.</summary>
    public async Task<IdentityResult> RevokeAllAsync(User user)
    {
        var result = await users.UpdateSecurityStampAsync(user);
        if (!result.Succeeded) return result;
        await signInManager.SignOutAsync();
        CompletePendingPolls(user.Id);
        return result;
    }

    /// <summary>
    /// Revokes all sessions but the current one, which gets a new cookie. Must be called after the user's stamp has changed.
    /// </summary>
    public async Task RevokeOthersAsync(User user)
    {
        await signInManager.RefreshSignInAsync(user);
        CompletePendingPolls(user.Id);
    }

    /// <summary>
    /// Completes the user's pending polls after the response has been sent: before that, another tab of this browser would poll again with
    /// the old cookie.
    /// </summary>
    public void CompletePendingPolls(int userId) => signInManager.Context.Response.OnCompleted(() =>
    {
        notifier.NotifyChanged(userId);
        return Task.CompletedTask;
    });
}
