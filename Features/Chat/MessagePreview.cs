using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat;

/// <summary>Describes a message in one line of text in the reader's language, for the chat list and for notifications.</summary>
public sealed class MessagePreview(MessageKinds kinds, IStringLocalizer<MessagePreview> localizer)
{
    /// <summary>The text shown in place of a removed message.</summary>
    public string Removed => localizer["Removed"];

    public string Describe(MessageView message) => Describe(message.Payload, message.Removed, message.Kind, message.Data);

    public string Describe(string payload, bool removed, string kind, string? data) =>
        removed ? Removed : data is not null && kinds.Find(kind) is { } known ? known.Describe(payload, data) : payload;
}
