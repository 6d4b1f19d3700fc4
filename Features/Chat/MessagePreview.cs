using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat;

/// <summary>
/// Describes a message in words, where its own markup is not available: in the chat list, in a notification, in a room whose photos no
/// feature shows. wwwroot/js/message-element.js has the same rules. Both are tested with tests/Cases/previews.json.
/// </summary>
public sealed class MessagePreview(IStringLocalizer<MessagePreview> localizer)
{
    public string Removed => localizer["Removed"];

    /// <summary>With "{0}" for how many.</summary>
    public string PhotosPattern => localizer["Photos", "{0}"];

    public string Describe(MessageView message) => Describe(message.Payload, message.Removed, message.Photos?.Count ?? 0);

    /// <param name="photos">How many.</param>
    public string Describe(string payload, bool removed, int photos) =>
        removed ? Removed : payload.Length == 0 && photos > 0 ? localizer["Photos", photos].Value : payload;
}
