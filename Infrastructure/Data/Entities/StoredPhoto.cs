using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// A photo in the photo store. It is staged from its upload until the transaction that names it, in a product, a profile or a message;
/// its row goes with whatever names it.
/// </summary>
public sealed class StoredPhoto
{
    public const int MaxNameLength = 64;

    /// <summary>File name of the largest copy.</summary>
    public required string Name { get; set; }

    /// <summary>Who uploaded it, and whose quota it counts for.</summary>
    public int UserId { get; set; }

    /// <summary>Of all its copies; 0 where it is not measured yet.</summary>
    public long Bytes { get; set; }

    /// <summary>Of the largest copy, in pixels; 0 where a former version did not record it.</summary>
    public int Width { get; set; }
    public int Height { get; set; }

    /// <summary>SHA-256 of the file as it was uploaded; null for photos of former versions.</summary>
    public byte[]? Hash { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Whether nothing names it yet.</summary>
    public bool IsStaged { get; set; } = true;

    /// <summary>
    /// The room, the message's client id and the photo's number in it, from 1 on; null where it is no photo of a message.
    /// </summary>
    public int? ChatRoomId { get; set; }
    public Guid? ClientId { get; set; }
    public int? Number { get; set; }
}

/// <summary>Which message photos are uploaded for, before it is stored: its sender's device has chosen the client id.</summary>
public sealed record PhotoUploadKey(int UserId, int ChatRoomId, Guid ClientId);

public static class StoredPhotoQueries
{
    public static IQueryable<StoredPhoto> Named(this IQueryable<StoredPhoto> photos, IEnumerable<string> names) =>
        photos.Where(p => names.Contains(p.Name));

    /// <summary>The photos of one message that are here and not in a message yet.</summary>
    public static IQueryable<StoredPhoto> StagedFor(this IQueryable<StoredPhoto> photos, PhotoUploadKey key) => photos.Where(
        p => p.ChatRoomId == key.ChatRoomId && p.UserId == key.UserId && p.ClientId == key.ClientId && p.IsStaged);
}

public sealed class StoredPhotoConfiguration : IEntityTypeConfiguration<StoredPhoto>
{
    public void Configure(EntityTypeBuilder<StoredPhoto> photo)
    {
        photo.HasKey(p => p.Name);
        photo.Property(p => p.Name).HasMaxLength(StoredPhoto.MaxNameLength);
        photo.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
        photo.HasOne<ChatRoom>().WithMany().HasForeignKey(p => p.ChatRoomId).OnDelete(DeleteBehavior.Cascade);

        photo.HasIndex(p => new { p.ChatRoomId, p.UserId, p.ClientId, p.Number }).IsUnique();
        photo.HasIndex(p => new { p.UserId, p.Bytes }); // The quota reads nothing else.
        photo.HasIndex(p => p.CreatedAt, "IX_StoredPhotos_Staged").HasFilter("\"IsStaged\""); // What may expire, which is little.
    }
}
