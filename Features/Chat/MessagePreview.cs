using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat;

/// <summary>A message as one line of text in the reader's language: in the chat list, and in notifications.</summary>
public sealed class MessagePreview(MessageKinds kinds, IStringLocalizer<MessagePreview> localizer)
{
    /// <summary>What stands in place of a removed message.</summary>
    public string Removed => localizer["Removed"];

    public string Describe(MessageView message) => Describe(message.Payload, message.Removed, message.Kind, message.Data);

    public string Describe(string payload, bool removed, string kind, string? data) =>
        removed ? Removed : data is not null && kinds.Find(kind) is { } known ? known.Describe(payload, data) : payload;
}
