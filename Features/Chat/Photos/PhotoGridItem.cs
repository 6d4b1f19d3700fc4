namespace MarketChat.Features.Chat.Photos;

/// <summary>A picture in the grid of a message. Number and count are text, for in the template they are gaps to be filled.</summary>
/// <param name="Url">Where it is to be had; null in the template.</param>
public sealed record PhotoGridItem(string? Url, string Sender, string Number, string Count, int Width, int Height);
