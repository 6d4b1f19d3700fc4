using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>One thing said in a room. Within a room ids and revs rise together, so either gives the order it was said in.</summary>
public sealed class Message
{
    public const int MaxLength = 2_000;
    public const int MaxKindLength = 20;
    public const int MaxPhotos = 10;

    /// <summary>The kind of a message of words.</summary>
    public const string Text = "text";

    public long Id { get; set; }

    /// <summary>
    /// Words: the text as typed, trimmed, with line breaks as "\n", and never markup; or, for another kind, words that stand for the
    /// message
    /// wherever its own view is not to be had. Empty once the message is removed.
    /// </summary>
    public required string Payload { get; set; }

    /// <summary>What the message is besides words: <see cref="Text"/>, or the name of a kind that a slice handles.</summary>
    public string Kind { get; set; } = Text;

    /// <summary>The kind's own content as JSON; null for text, and once the message is removed.</summary>
    public string? Data { get; set; }

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
    /// <summary>The kind of a message that consists of photos.</summary>
    public const string Kind = "photos";

    /// <summary>Where the room's members find it.</summary>
    /// <param name="number">From 1 on, in the order of the message.</param>
    public static string UrlOf(int roomId, long messageId, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"/chat/{roomId}/photos/{messageId}/{number}");

    /// <summary>As <see cref="Message.Data"/> holds them. No query looks for a single photo, so they need no table.</summary>
    public static string Serialize(IReadOnlyList<MessagePhoto> photos) => JsonSerializer.Serialize(photos);

    public static IReadOnlyList<MessagePhoto> Deserialize(string data) => JsonSerializer.Deserialize<List<MessagePhoto>>(data)!;
}

public static class MessageQueries
{
    /// <summary>The names of all the photos that these messages consist of.</summary>
    public static async Task<List<string>> PhotoNamesAsync(this IQueryable<Message> messages, CancellationToken cancellationToken) =>
        (await messages.Where(m => m.Kind == MessagePhoto.Kind && m.Data != null).Select(m => m.Data!).ToListAsync(cancellationToken))
        .SelectMany(MessagePhoto.Deserialize, (_, photo) => photo.Name).ToList();
}

public sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.Property(m => m.Payload).HasMaxLength(Message.MaxLength);
        message.Property(m => m.Kind).HasMaxLength(Message.MaxKindLength).HasDefaultValue(Message.Text);
        message.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        message.HasOne(m => m.ChatRoom).WithMany().HasForeignKey(m => m.ChatRoomId).OnDelete(DeleteBehavior.Cascade);

        message.HasIndex(m => new { m.ChatRoomId, m.UserId, m.ClientId }).IsUnique();
        message.HasIndex(m => new { m.ChatRoomId, m.Rev }).IsUnique();
        message.HasIndex(m => new { m.ChatRoomId, m.Id });
    }
}
