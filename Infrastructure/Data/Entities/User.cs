using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// A person with an account. The name is unique without regard to case, and may be Hangul. A person whose account is closed has no
/// name, nor anything else that tells of them; the row stays because the others' conversations refer to it.
/// </summary>
public sealed class User : IdentityUser<int>
{
    public const int MinNameLength = 2;
    public const int MaxNameLength = 20;
    public const int MinPasswordLength = 10;
    public const int MaxPasswordLength = 128;

    /// <summary>File name of the picture in the photo store, or null: then the name's initial stands for it.</summary>
    public string? Avatar { get; set; }

    /// <summary>"ko" or "en", or null while the browser's own choice holds.</summary>
    public string? Language { get; set; }

    public DateTime CreatedAt { get; set; }
}

public static class UserQueries
{
    /// <summary>Those whose account is not closed.</summary>
    public static IQueryable<User> Active(this IQueryable<User> users) => users.Where(u => u.UserName != null);
}

public sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.Property(u => u.UserName).HasMaxLength(User.MaxNameLength);
        user.Property(u => u.NormalizedUserName).HasMaxLength(User.MaxNameLength);
        user.Property(u => u.Avatar).HasMaxLength(StoredPhoto.MaxNameLength);
        user.Property(u => u.Language).HasMaxLength(8);
    }
}
