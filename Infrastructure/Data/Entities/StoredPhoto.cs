using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>
/// A photo in the photo store. It is staged from its upload until a transaction refers to it in a product, a profile or a message; its row
/// is deleted with what refers to it.
/// </summary>
public sealed class StoredPhoto
{
    public const int MaxNameLength = 64;

    /// <summary>The file name of the largest copy.</summary>
    public required string Name { get; set; }

    /// <summary>The user who uploaded it and whose quota it counts towards.</summary>
    public int UserId { get; set; }

    /// <summary>The size of all copies; 0 if it is not measured yet.</summary>
    public long Bytes { get; set; }

    /// <summary>The size of the largest copy in pixels; 0 if an earlier version did not record it.</summary>
    public int Width { get; set; }
    public int Height { get; set; }

    /// <summary>The SHA-256 hash of the uploaded file; null for photos of earlier versions.</summary>
    public byte[]? Hash { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>Whether no product, profile or message refers to it yet.</summary>
    public bool IsStaged { get; set; } = true;

    /// <summary>
    /// The room, the message's client id and the photo's number in the message, from 1; null if it is not a photo of a message.
    /// </summary>
    public int? ChatRoomId { get; set; }
    public Guid? ClientId { get; set; }
    public int? Number { get; set; }
}

/// <summary>Identifies the message that photos are uploaded for before it is stored. The sender's device chooses the client id.</summary>
public sealed record PhotoUploadKey(int UserId, int ChatRoomId, Guid ClientId);

public static class StoredPhotoQueries
{
    public static IQueryable<StoredPhoto> Named(this IQueryable<StoredPhoto> photos, IEnumerable<string> names) =>
        photos.Where(p => names.Contains(p.Name));

    /// <summary>The photos that are uploaded for a message and not used yet.</summary>
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
        photo.HasIndex(p => new { p.UserId, p.Bytes }); // The quota query reads only this index.
        photo.HasIndex(p => p.CreatedAt, "IX_StoredPhotos_Staged").HasFilter("\"IsStaged\""); // The few rows that can expire.
    }
}
