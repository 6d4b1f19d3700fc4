using MarketChat.Infrastructure.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// A user account. Names are unique regardless of case, and may be Hangul. A deleted account has neither a name nor other personal data;
/// its row remains because the conversations of other users refer to it.
/// </summary>
public sealed class User : IdentityUser<int>
{
    public const int MinNameLength = 2;
    public const int MaxNameLength = 20;
    public const int MinPasswordLength = 10;
    public const int MaxPasswordLength = 128;

    /// <summary>What names that look like this one have in common (<see cref="ConfusableName"/>); null without a name.</summary>
    public string? NameSkeleton { get; set; }

    /// <summary>The file name of the picture in the photo store; null if the name's initial is shown instead.</summary>
    public string? Avatar { get; set; }

    /// <summary>"ko" or "en"; null if the language of the browser applies.</summary>
    public string? Language { get; set; }

    public DateTime CreatedAt { get; set; }
}

public static class UserQueries
{
    /// <summary>The users whose account is not deleted.</summary>
    public static IQueryable<User> Active(this IQueryable<User> users) => users.Where(u => u.UserName != null);
}

public sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.Property(u => u.UserName).HasMaxLength(User.MaxNameLength * Characters.MaxUnits);
        user.Property(u => u.NormalizedUserName).HasMaxLength(User.MaxNameLength * Characters.MaxUnits);
        user.Property(u => u.Avatar).HasMaxLength(StoredPhoto.MaxNameLength);
        user.Property(u => u.Language).HasMaxLength(8);
        user.HasIndex(u => u.NameSkeleton);
    }
}
