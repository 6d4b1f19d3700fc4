using System.Linq.Expressions;
using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;

namespace MarketChat.Features.Chat;

/// <summary>A message as one of the room's two people sees it: on the page, and in every JSON answer.</summary>
/// <param name="Removed">Its sender took it back, and there is nothing left to see.</param>
/// <param name="Photos">The pictures it consists of; null for words.</param>
public sealed record MessageView(
    long Id, Guid ClientId, int SenderId, bool Mine, string Payload, DateTime SentAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Removed = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PhotoSize>? Photos = null)
{
    /// <summary>The projection, for the eyes of <paramref name="userId"/>.</summary>
    public static Expression<Func<Message, MessageView>> For(int userId) => message => new MessageView(
        message.Id, message.ClientId, message.UserId, message.UserId == userId, message.Payload, message.CreatedAt,
        message.RemovedAt != null, PhotoSize.Of(message.Photos));
}

/// <summary>A photo's size in pixels. Which file it is stays here: the message's id and the photo's place in it are its address.</summary>
public sealed record PhotoSize(int Width, int Height)
{
    public static IReadOnlyList<PhotoSize>? Of(IReadOnlyList<MessagePhoto>? photos) =>
        photos?.Select(photo => new PhotoSize(photo.Width, photo.Height)).ToList();
}
