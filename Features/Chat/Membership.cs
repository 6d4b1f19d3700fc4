using Microsoft.Extensions.Caching.Memory;

namespace MarketChat.Features.Chat;

/// <summary>Remembers who is in which room, which never changes, so that a poll with nothing to tell needs no database.</summary>
public sealed class Membership : IDisposable
{
    private const int MostRemembered = 200_000;

    private readonly MemoryCache _members = new(new MemoryCacheOptions { SizeLimit = MostRemembered });

    public bool Knows(int userId, int roomId) => _members.TryGetValue((userId, roomId), out _);

    public void Remember(int userId, int roomId) =>
        _members.Set((userId, roomId), true, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromHours(1) });

    public void Dispose() => _members.Dispose();
}
