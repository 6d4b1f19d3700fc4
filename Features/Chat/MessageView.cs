using System.Linq.Expressions;
using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Chat;

/// <summary>A message as one of the room's two people sees it: on the page, and in every JSON answer.</summary>
public sealed record MessageView(long Id, Guid ClientId, int SenderId, bool Mine, string Payload, DateTime SentAt)
{
    /// <summary>The projection, for the eyes of <paramref name="userId"/>.</summary>
    public static Expression<Func<Message, MessageView>> For(int userId) => message => new MessageView(
        message.Id, message.ClientId, message.UserId, message.UserId == userId, message.Payload, message.CreatedAt);
}
