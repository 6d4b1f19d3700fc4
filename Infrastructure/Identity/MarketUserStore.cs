using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Identity;

/// <summary>
/// The user store of ASP.NET Core Identity with three additions. A violation of the unique index on names becomes the error
/// DuplicateUserName: two concurrent sign-ups with the same name both pass Identity's own check. A name is stored
/// with its skeleton. And every update of a user invalidates the cached security stamp.
/// </summary>
public sealed class MarketUserStore(MarketDb db, IdentityErrorDescriber errorDescriber, SecurityStampCache stamps)
    : UserOnlyStore<User, MarketDb, int>(db, errorDescriber)
{
    public override Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken = default) =>
        MapDuplicateName(user, () => base.CreateAsync(user, cancellationToken));

    public override async Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken = default)
    {
        var result = await MapDuplicateName(user, () => base.UpdateAsync(user, cancellationToken));
        stamps.Invalidate(user.Id);
        return result;
    }

    // Identity calls this before it stores a user.
    public override Task SetNormalizedUserNameAsync(User user, string? normalizedName, CancellationToken cancellationToken = default)
    {
        user.NameSkeleton = user.UserName is null ? null : ConfusableName.Skeleton(user.UserName);
        return base.SetNormalizedUserNameAsync(user, normalizedName, cancellationToken);
    }

    private async Task<IdentityResult> MapDuplicateName(User user, Func<Task<IdentityResult>> save)
    {
        try
        {
            return await save();
        }
        catch (DbUpdateException exception) when (Context.Engine.IsUniqueViolation(exception))
        {
            return IdentityResult.Failed(ErrorDescriber.DuplicateUserName(user.UserName!));
        }
    }
}
