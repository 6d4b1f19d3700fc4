using System.Globalization;
using System.Text.Json;
using MarketChat.Infrastructure.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data.Entities;

/// <summary>A message in a room. Within a room, ids and revs rise together, so both give the order of the messages.</summary>
public sealed class Message
{
    /// <summary>The maximum number of characters (<see cref="Characters"/>) of a text message.</summary>
    public const int MaxLength = 2_000;

    public const int MaxKindLength = 20;
    public const int MaxPhotos = 10;

    /// <summary>The kind of a text message.</summary>
    public const string Text = "text";

    public long Id { get; set; }

    /// <summary>
    /// The text as typed, trimmed, with line breaks as "\n", and never markup; for another kind, a text that is shown wherever the kind's
    /// own view is not available. Empty once the message is removed.
    /// </summary>
    public required string Payload
    {
        get;
        set => (field, SearchText) = (value, SearchKey.Of(value));
    }

    /// <summary>The payload as it is searched (<see cref="SearchKey"/>). A statement that writes the payload writes it too.</summary>
    public string SearchText { get; private set; } = "";

    /// <summary>The kind of the message: <see cref="Text"/>, or the name of a kind that a slice handles.</summary>
    public string Kind { get; set; } = Text;

    /// <summary>The kind's own content as JSON; null for text, and once the message is removed.</summary>
    public string? Data { get; set; }

    public int UserId { get; set; }
    public User User { get; set; } = null!;
    public int ChatRoomId { get; set; }
    public ChatRoom ChatRoom { get; set; } = null!;
    public DateTime CreatedAt { get; set; }

    /// <summary>
    /// When the sender removed the message; null if it is not removed. The row remains, to keep the order; its content is erased.
    /// </summary>
    public DateTime? RemovedAt { get; set; }

    /// <summary>
    /// An id chosen by the sender's device: a message that is sent again with the same id finds this row, and no second row is stored.
    /// </summary>
    public Guid ClientId { get; set; }

    /// <summary>The room's rev when this message last changed.</summary>
    public long Rev { get; set; }
}

/// <summary>A photo of a message: its file in the photo store, and its size in pixels, so that a page can reserve the space.</summary>
public sealed record MessagePhoto(string Name, int Width, int Height)
{
    /// <summary>The kind of a message that consists of photos.</summary>
    public const string Kind = "photos";

    /// <summary>Returns the URL at which the room's members get the photo.</summary>
    /// <param name="number">The number of the photo in the message, from 1.</param>
    public static string UrlOf(int roomId, long messageId, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"/chat/{roomId}/photos/{messageId}/{number}");

    /// <summary>Serializes photos for <see cref="Message.Data"/>. No query looks for a single photo, so photos need no table.</summary>
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
        message.Property(m => m.Payload).HasMaxLength(Message.MaxLength * Characters.MaxUnits);
        message.Property(m => m.SearchText).HasDefaultValue("");
        message.Property(m => m.Kind).HasMaxLength(Message.MaxKindLength).HasDefaultValue(Message.Text);
        message.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        message.HasOne(m => m.ChatRoom).WithMany().HasForeignKey(m => m.ChatRoomId).OnDelete(DeleteBehavior.Cascade);

        message.HasIndex(m => new { m.ChatRoomId, m.UserId, m.ClientId }).IsUnique();
        message.HasIndex(m => new { m.ChatRoomId, m.Rev }).IsUnique();
        message.HasIndex(m => new { m.ChatRoomId, m.Id });
    }
}
