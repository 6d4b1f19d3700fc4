using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Realtime;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Ends a person's sessions, in whichever browsers they are: each is over at its next request, and polls held for it end now.
/// </summary>
public sealed class SessionRevoker(UserManager<User> users, SignInManager<User> session, ChangeNotifier notifier)
{
    /// <summary>The one that asks is over, too.</summary>
    public async Task<IdentityResult> RevokeAllAsync(User user)
    {
        var result = await users.UpdateSecurityStampAsync(user);
        if (!result.Succeeded) return result;
        await session.SignOutAsync();
        CompletePendingPolls(user.Id);
        return result;
    }

    /// <summary>The one that asks goes on, with a new cookie. To be called once the person's stamp has been renewed.</summary>
    public async Task RevokeOthersAsync(User user)
    {
        await session.RefreshSignInAsync(user);
        CompletePendingPolls(user.Id);
    }

    /// <summary>Once the answer is out: another tab of this browser would ask again with the old cookie.</summary>
    public void CompletePendingPolls(int userId) => session.Context.Response.OnCompleted(() =>
    {
        notifier.NotifyChanged(userId);
        return Task.CompletedTask;
    });
}
