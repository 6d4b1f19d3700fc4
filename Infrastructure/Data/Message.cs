using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data;

/// <summary>One thing said in a room. Within a room ids and revs rise together, so either gives the order it was said in.</summary>
public sealed class Message
{
    public const int MaxLength = 2_000;

    public long Id { get; set; }

    /// <summary>The text as typed, trimmed, line breaks as "\n". Never markup.</summary>
    public required string Payload { get; set; }

    public int UserId { get; set; }
    public User User { get; set; } = null!;
    public int ChatRoomId { get; set; }
    public ChatRoom ChatRoom { get; set; } = null!;
    public DateTime CreatedAt { get; set; }

    /// <summary>Chosen by the sender's device: sending the same one again finds this row instead of making another.</summary>
    public Guid ClientId { get; set; }

    /// <summary>The room's rev when this message last changed.</summary>
    public long Rev { get; set; }
}

public sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.Property(m => m.Payload).HasMaxLength(Message.MaxLength);
        message.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        message.HasOne(m => m.ChatRoom).WithMany().HasForeignKey(m => m.ChatRoomId).OnDelete(DeleteBehavior.Cascade);

        message.HasIndex(m => new { m.ChatRoomId, m.UserId, m.ClientId }).IsUnique();
        message.HasIndex(m => new { m.ChatRoomId, m.Rev });
        message.HasIndex(m => new { m.ChatRoomId, m.Id });
    }
}
