namespace MarketChat.Features.Chat.Photos;

/// <summary>A photo in the grid of a message. Number and count are strings, because the template has placeholders in their place.</summary>
/// <param name="Url">The photo's URL; null in the template.</param>
public sealed record PhotoGridItem(string? Url, string Sender, string Number, string Count, int Width, int Height);
