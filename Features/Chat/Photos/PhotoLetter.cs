namespace MarketChat.Features.Chat.Photos;

/// <summary>Which message it is that photos are on their way for, before it is one: its sender's device has named it.</summary>
public sealed record PhotoLetter(int SenderId, int RoomId, Guid ClientId);
