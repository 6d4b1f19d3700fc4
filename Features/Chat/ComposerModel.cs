namespace MarketChat.Features.Chat;

/// <summary>The send form of a room: empty, or with the text that could not be sent and the reason.</summary>
public sealed record ComposerModel(int RoomId, string? Text = null, string? Error = null);
