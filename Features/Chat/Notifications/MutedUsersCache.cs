using System.Collections.Concurrent;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>Who has muted a room, so that for everybody else the database need not be asked whether they have.</summary>
public sealed class MutedUsersCache
{
    private readonly ConcurrentDictionary<int, byte> _people = new();

    public void Add(int person) => _people.TryAdd(person, 0);

    public bool Contains(int person) => _people.ContainsKey(person);
}
