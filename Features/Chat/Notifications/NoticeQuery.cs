using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>Something to tell a person of one of their rooms.</summary>
/// <param name="MessageId">The other's newest message; of those that were taken back only when none else is left.</param>
/// <param name="Replaces">Only to be shown in the place of what was told before, which has been taken back.</param>
public sealed record Notice(
    int RoomId, long MessageId, string? From, string? Picture, string Payload, bool Removed, int Photos, DateTime SentAt, bool Replaces);

/// <summary>
/// What there is to tell somebody: of each room once, until they have visited it. A room that holds something unread is told of by the
/// newest message that stands. When the one they were told of is taken back, what was shown is replaced.
/// </summary>
public sealed class NoticeQuery(MarketDb db, TimeProvider time)
{
    public const int MostAtOnce = 20;

    // What could not be told for so long is no news.
    private static readonly TimeSpan _oldest = TimeSpan.FromDays(1);

    /// <summary>Takes what there is to tell, so that it is told once, whoever else looks. Writes only when there is something.</summary>
    /// <param name="since">When they first asked to be told.</param>
    public async Task<IReadOnlyList<Notice>> TakeAsync(int me, DateTime since, CancellationToken cancellationToken)
    {
        var yesterday = time.GetUtcMilliseconds() - _oldest;
        if (since < yesterday) since = yesterday;
        return await Openings(me, since).AnyAsync(cancellationToken)
            ? await db.WriteAsync(token => NoteAsync(me, since, token), cancellationToken)
            : [];
    }

    /// <summary>Whether a notice is still worth telling: it was not read meanwhile, nor taken back.</summary>
    public Task<bool> StandsAsync(int me, Notice notice, CancellationToken cancellationToken) => db.ChatRooms
        .Where(r => r.Id == notice.RoomId && (r.BuyerId == me ? r.BuyerReadUpTo : r.SellerReadUpTo) < notice.MessageId)
        .AnyAsync(r => notice.Replaces || db.Messages.Any(m => m.Id == notice.MessageId && m.RemovedAt == null), cancellationToken);

    private async Task<IReadOnlyList<Notice>> NoteAsync(int me, DateTime since, CancellationToken cancellationToken)
    {
        var openings = await Openings(me, since).Take(MostAtOnce).ToDictionaryAsync(o => o.RoomId, cancellationToken);
        var notices = await db.RoomNotices.Where(n => n.UserId == me && openings.Keys.Contains(n.ChatRoomId)).ToDictionaryAsync(n => n.ChatRoomId, cancellationToken);
        foreach (var opening in openings.Values)
        {
            if (!notices.TryGetValue(opening.RoomId, out var notice)) db.Add(notice = new RoomNotice { UserId = me, ChatRoomId = opening.RoomId });
            notice.NotifiedUpTo = opening.NewestStanding ?? 0; // With nothing left to tell of, the next message is news again.
        }

        await db.SaveChangesAsync(cancellationToken);
        return await NoticesAsync(openings, cancellationToken);
    }

    private async Task<List<Notice>> NoticesAsync(Dictionary<int, Opening> openings, CancellationToken cancellationToken)
    {
        var told = openings.Values.Select(o => o.NewestStanding ?? o.NotifiedUpTo).ToList();
        var messages = await db.Messages.Where(m => told.Contains(m.Id))
            .Select(m => new { m.Id, m.ChatRoomId, From = m.User.UserName, Picture = m.User.Avatar, m.Payload, Removed = m.RemovedAt != null, m.Photos, m.CreatedAt })
            .ToListAsync(cancellationToken);
        return messages.ConvertAll(m => new Notice(
            m.ChatRoomId, m.Id, m.From, m.Picture, m.Payload, m.Removed, m.Photos?.Count ?? 0, m.CreatedAt, openings[m.ChatRoomId].IsTold));
    }

    /// <summary>The rooms that hold something to tell. Looked at are those in which something was said lately, along the list's indexes.</summary>
    private IQueryable<Opening> Openings(int me, DateTime since)
    {
        var bought = db.ChatRooms.Where(r => r.BuyerId == me && r.LastSellerMessageId > r.BuyerReadUpTo && r.UpdatedAt >= since)
            .Select(r => new { r.Id, ReadUpTo = r.BuyerReadUpTo });
        var sold = db.ChatRooms.Where(r => r.SellerId == me && r.LastBuyerMessageId > r.SellerReadUpTo && r.UpdatedAt >= since)
            .Select(r => new { r.Id, ReadUpTo = r.SellerReadUpTo });
        return bought.Concat(sold)
            .LeftJoin(
                db.RoomNotices.Where(n => n.UserId == me),
                r => r.Id,
                n => n.ChatRoomId,
                (r, n) => new { r.Id, r.ReadUpTo, NotifiedUpTo = n == null ? 0 : n.NotifiedUpTo, Muted = n != null && n.Muted })
            .Select(r => new
            {
                Room = r,
                IsTold = r.NotifiedUpTo > r.ReadUpTo,
                TakenBack = r.NotifiedUpTo > r.ReadUpTo && db.Messages.Any(m => m.Id == r.NotifiedUpTo && m.RemovedAt != null),
                NewestStanding = db.Messages
                    .Where(m => m.ChatRoomId == r.Id && m.Id > r.ReadUpTo && m.UserId != me && m.RemovedAt == null && m.CreatedAt >= since)
                    .OrderByDescending(m => m.Id).Select(m => (long?)m.Id).FirstOrDefault(),
            })
            .Where(o => o.IsTold ? o.TakenBack : !o.Room.Muted && o.NewestStanding != null)
            .Select(o => new Opening(o.Room.Id, o.Room.NotifiedUpTo, o.IsTold, o.NewestStanding));
    }

    private sealed record Opening(int RoomId, long NotifiedUpTo, bool IsTold, long? NewestStanding);
}
