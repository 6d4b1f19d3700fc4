using MarketChat.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// Lets the unique index have the last word on names: of two people who take the same name at once, both of whom Identity found it
/// free for, the second is told that it is taken. And whatever changes about a person, their sessions are measured by it from then on.
/// </summary>
public sealed class MarketUserStore(MarketDb db, IdentityErrorDescriber words, SecurityStampCache stamps)
    : UserOnlyStore<User, MarketDb, int>(db, words)
{
    public override Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken = default) =>
        MapDuplicateName(user, () => base.CreateAsync(user, cancellationToken));

    public override async Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken = default)
    {
        var result = await MapDuplicateName(user, () => base.UpdateAsync(user, cancellationToken));
        stamps.Invalidate(user.Id);
        return result;
    }

    private async Task<IdentityResult> MapDuplicateName(User user, Func<Task<IdentityResult>> save)
    {
        try
        {
            return await save();
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            return IdentityResult.Failed(ErrorDescriber.DuplicateUserName(user.UserName!));
        }
    }
}
