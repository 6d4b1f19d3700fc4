using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat;

/// <summary>
/// A message in localizer, wherever only words have room: in the list, in a notification, in a bubble whose photos nobody shows.
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
