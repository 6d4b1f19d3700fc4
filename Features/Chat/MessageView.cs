using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;

namespace MarketChat.Features.Chat;

/// <summary>A message as a member of the room sees it, on the page and in JSON responses.</summary>
/// <param name="Payload">The text, or a text that describes a message of another kind.</param>
/// <param name="Removed">Whether the sender has removed it; its content is then empty.</param>
/// <param name="Kind">The kind of the message: text, or the name of a <see cref="MessageKind"/>.</param>
/// <param name="Data">The kind's content as it is stored; null for text.</param>
public sealed record MessageView(
    long Id, Guid ClientId, int SenderId, bool Mine, string Payload, DateTime SentAt, bool Removed = false, string Kind = Message.Text,
    string? Data = null)
{
    /// <summary>Projects a stored message for the user <paramref name="userId"/>.</summary>
    public static Expression<Func<Message, MessageView>> For(int userId) => message => new MessageView(
        message.Id, message.ClientId, message.UserId, message.UserId == userId, message.Payload, message.CreatedAt,
        message.RemovedAt != null, message.Kind, message.Data);
}

/// <summary>
/// Writes a message as <c>{ "id": 3, "clientId": "…", "senderId": 2, "mine": false, "payload": "…", "sentAt": "…" }</c>; with
/// <c>"removed": true</c> if it was removed; and with <c>"kind": "photos", "photos": …</c> if a slice handles its kind.
/// </summary>
public sealed class MessageViewJsonConverter(MessageKinds kinds) : JsonConverter<MessageView>
{
    public override MessageView Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Messages are only written.");

    public override void Write(Utf8JsonWriter writer, MessageView value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", value.Id);
        writer.WriteString("clientId", value.ClientId);
        writer.WriteNumber("senderId", value.SenderId);
        writer.WriteBoolean("mine", value.Mine);
        writer.WriteString("payload", value.Payload);
        writer.WriteString("sentAt", value.SentAt);
        if (value.Removed) writer.WriteBoolean("removed", true);
        if (value.Data is { } data && kinds.Find(value.Kind) is { } kind)
        {
            writer.WriteString("kind", kind.Name);
            writer.WritePropertyName(kind.Name);
            JsonSerializer.Serialize(writer, kind.ToJson(data), options);
        }

        writer.WriteEndObject();
    }
}
