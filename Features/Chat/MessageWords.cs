using Microsoft.Extensions.Localization;

namespace MarketChat.Features.Chat;

/// <summary>
/// A message in words, wherever only words have room: in the list, in a notification, in a bubble whose photos nobody shows.
/// </summary>
public sealed class MessageWords(IStringLocalizer<MessageWords> words)
{
    public string Removed => words["Removed"];

    /// <summary>With "{0}" for how many.</summary>
    public string PhotosPattern => words["Photos", "{0}"];

    public string Of(MessageView message) => Of(message.Payload, message.Removed, message.Photos?.Count ?? 0);

    /// <param name="photos">How many.</param>
    public string Of(string payload, bool removed, int photos) =>
        removed ? Removed : payload.Length == 0 && photos > 0 ? words["Photos", photos].Value : payload;
}
