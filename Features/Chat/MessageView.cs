using System.Linq.Expressions;
using System.Text.Json;
using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;

namespace MarketChat.Features.Chat;

/// <summary>A message as one of the room's members sees it: on the page, and in every JSON answer.</summary>
/// <param name="Payload">Words: the text itself, or what stands for a message of another kind.</param>
/// <param name="Removed">The sender has removed it, and nothing is left to see.</param>
/// <param name="Kind">What the message is besides words (<see cref="MessageKind"/>).</param>
/// <param name="Data">The kind's content as it is stored; null for text.</param>
public sealed record MessageView(
    long Id, Guid ClientId, int SenderId, bool Mine, string Payload, DateTime SentAt, bool Removed = false, string Kind = Message.Text,
    string? Data = null)
{
    /// <summary>The projection, as <paramref name="userId"/> sees it.</summary>
    public static Expression<Func<Message, MessageView>> For(int userId) => message => new MessageView(
        message.Id, message.ClientId, message.UserId, message.UserId == userId, message.Payload, message.CreatedAt,
        message.RemovedAt != null, message.Kind, message.Data);
}

/// <summary>
/// Writes a message as <c>{ "id": 3, "clientId": "…", "senderId": 2, "mine": false, "payload": "…", "sentAt": "…" }</c>; with
/// <c>"removed": true</c> where it was removed; and with <c>"kind": "photos", "photos": …</c> where a slice handles its kind.
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
