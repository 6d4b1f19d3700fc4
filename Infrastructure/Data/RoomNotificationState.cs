using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MarketChat.Infrastructure.Data;

/// <summary>
/// How a person is told of one of their rooms while they are not looking. There is none until there is something to say here.
/// </summary>
public sealed class RoomNotificationState
{
    public int UserId { get; set; }
    public User User { get; set; } = null!;
    public int ChatRoomId { get; set; }
    public ChatRoom ChatRoom { get; set; } = null!;

    /// <summary>They do not want to be told.</summary>
    public bool IsMuted { get; set; }

    /// <summary>
    /// Id of the message they were told of last, 0 for none; what reached none of their browsers is none. Beyond their read marker it says
    /// that they have been told and have not come yet; visiting the room moves the marker past it.
    /// </summary>
    public long LastNotifiedMessageId { get; set; }
}

public sealed class RoomNotificationStateConfiguration : IEntityTypeConfiguration<RoomNotificationState>
{
    public void Configure(EntityTypeBuilder<RoomNotificationState> notice)
    {
        notice.ToTable("RoomNotificationStates").HasKey(n => new { n.UserId, n.ChatRoomId });
        notice.HasOne(n => n.User).WithMany().HasForeignKey(n => n.UserId).OnDelete(DeleteBehavior.Cascade);
        notice.HasOne(n => n.ChatRoom).WithMany().HasForeignKey(n => n.ChatRoomId).OnDelete(DeleteBehavior.Cascade);
    }
}
