using MarketChat.Infrastructure.Text;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Infrastructure.Data.Postgres;

/// <summary>
/// Searches the text of messages with pg_trgm (https://www.postgresql.org/docs/current/pgtrgm.html). The server chooses between the trigram
/// index and the messages of the user's rooms, by its statistics.
/// </summary>
public static class PostgresMessageSearch
{
    /// <inheritdoc cref="IDatabaseEngine.FindMessagesAsync"/>
    public static async Task<MessageSearchPage> FindMessagesAsync(
        MarketDb db, int userId, IReadOnlyList<string> terms, long before, int limit, CancellationToken cancellationToken)
    {
        var rooms = db.RoomMembers.Where(member => member.UserId == userId).Select(member => member.ChatRoomId);
        var matches = db.Messages.Where(m => m.Id < before && m.RemovedAt == null && rooms.Contains(m.ChatRoomId));
        foreach (var pattern in terms.Select(SearchKey.Of).Select(LikePattern.Containing))
        {
            matches = matches.Where(m => EF.Functions.Like(m.SearchText, pattern, LikePattern.Escape));
        }

        var ids = await matches.OrderByDescending(m => m.Id).Select(m => m.Id).Take(limit + 1).ToListAsync(cancellationToken);
        return ids.Count > limit ? new MessageSearchPage(ids[..limit], ids[limit - 1]) : new MessageSearchPage(ids, null);
    }
}
