using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data;

/// <summary>One thing said in a room. Within a room ids and revs rise together, so either gives the order it was said in.</summary>
public sealed class Message
{
    public const int MaxLength = 2_000;
    public const int MaxPhotos = 10;

    public long Id { get; set; }

    /// <summary>The text as typed, trimmed, line breaks as "\n". Never markup. Empty for photos, and once the message is removed.</summary>
    public required string Payload { get; set; }

    /// <summary>The pictures that the message consists of; null for words.</summary>
    public IReadOnlyList<MessagePhoto>? Photos { get; set; }

    public int UserId { get; set; }
    public User User { get; set; } = null!;
    public int ChatRoomId { get; set; }
    public ChatRoom ChatRoom { get; set; } = null!;
    public DateTime CreatedAt { get; set; }

    /// <summary>When its sender took it back; null while it stands. The row stays, for the order of things; what it said is gone.</summary>
    public DateTime? RemovedAt { get; set; }

    /// <summary>Chosen by the sender's device: sending the same one again finds this row instead of making another.</summary>
    public Guid ClientId { get; set; }

    /// <summary>The room's rev when this message last changed.</summary>
    public long Rev { get; set; }
}

/// <summary>One picture of a message: its file in the photo store, and its size in pixels, so that a page can reserve the space.</summary>
public sealed record MessagePhoto(string Name, int Width, int Height)
{
    /// <summary>Where the room's two people find it.</summary>
    /// <param name="number">From 1 on, in the order of the message.</param>
    public static string UrlOf(int roomId, long messageId, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"/chat/{roomId}/photos/{messageId}/{number}");

    /// <summary>As the column keeps them. Nothing is ever asked about a single one, so they need no table.</summary>
    public static string? Serialize(IReadOnlyList<MessagePhoto>? photos) => photos is null ? null : JsonSerializer.Serialize(photos);

    public static IReadOnlyList<MessagePhoto>? Deserialize(string? column) =>
        column is null ? null : JsonSerializer.Deserialize<List<MessagePhoto>>(column);
}

public static class MessageQueries
{
    /// <summary>The names of all the photos that these messages consist of.</summary>
    public static async Task<List<string>> PhotoNamesAsync(this IQueryable<Message> messages, CancellationToken cancellationToken) =>
        (await messages.Where(m => m.Photos != null).Select(m => m.Photos!).ToListAsync(cancellationToken))
        .SelectMany(photos => photos, (_, photo) => photo.Name).ToList();
}

public sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.Property(m => m.Payload).HasMaxLength(Message.MaxLength);
        message.Property(m => m.Photos).HasConversion(
            photos => MessagePhoto.Serialize(photos),
            column => MessagePhoto.Deserialize(column),
            new ValueComparer<IReadOnlyList<MessagePhoto>>(favorStructuralComparisons: false)); // They change only as a whole.
        message.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        message.HasOne(m => m.ChatRoom).WithMany().HasForeignKey(m => m.ChatRoomId).OnDelete(DeleteBehavior.Cascade);

        message.HasIndex(m => new { m.ChatRoomId, m.UserId, m.ClientId }).IsUnique();
        message.HasIndex(m => new { m.ChatRoomId, m.Rev }).IsUnique();
        message.HasIndex(m => new { m.ChatRoomId, m.Id });
    }
}
