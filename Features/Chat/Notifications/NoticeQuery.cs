using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>Something to tell a person of one of their rooms.</summary>
/// <param name="MessageId">The other's newest message; of those that were taken back only when none else is left.</param>
/// <param name="IsNews">What is none takes, without a sound, the place of what was told before and has been taken back.</param>
/// <param name="ToldBefore">Id of the message they had been told of before, 0 for none.</param>
public sealed record Notice(
    int RoomId, long MessageId, string? From, string? Picture, string Payload, bool Removed, int Photos, DateTime SentAt, bool IsNews,
    long ToldBefore)
{
    /// <summary>Id of the message they have been told of now. With nothing left to tell of, the next one is news again.</summary>
    public long Told => Removed ? 0 : MessageId;
}

/// <summary>
/// What there is to tell somebody: of each room once, until they have visited it or a day has gone by. A room that holds something unread
/// is told of by the newest message that stands. When the one they were told of is taken back, what was shown is replaced, also where
/// their read marker has moved past it: it may have been read elsewhere, and moves by itself where nothing is left to read.
/// </summary>
public sealed class NoticeQuery(MarketDb db, TimeProvider time)
{
    public const int MostAtOnce = 20;

    // What could not be told for so long is no news.
    private static readonly TimeSpan _oldest = TimeSpan.FromDays(1);

    // A day is how long a message can be taken back; and then it takes a while to get here.
    private static readonly TimeSpan _lately = TimeSpan.FromDays(2);

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

    /// <summary>
    /// Whether a notice is still worth telling: nothing was told after it, and it was not read meanwhile, taken back or muted.
    /// </summary>
    public Task<bool> StandsAsync(int me, Notice notice, CancellationToken cancellationToken) => Noted(me, notice).AnyAsync(
        n => notice.Removed || (!n.Muted
            && (n.ChatRoom.BuyerId == me ? n.ChatRoom.BuyerReadUpTo : n.ChatRoom.SellerReadUpTo) < notice.MessageId
            && db.Messages.Any(m => m.Id == notice.MessageId && m.RemovedAt == null)),
        cancellationToken);

    /// <summary>A notice has reached nobody: its room is again as if it had not been taken.</summary>
    public Task PutBackAsync(int me, Notice notice, CancellationToken cancellationToken) => db.WriteAsync(
        token => Noted(me, notice).ExecuteUpdateAsync(set => set.SetProperty(n => n.NotifiedUpTo, notice.ToldBefore), token),
        cancellationToken);

    private IQueryable<RoomNotice> Noted(int me, Notice notice) =>
        db.RoomNotices.Where(n => n.UserId == me && n.ChatRoomId == notice.RoomId && n.NotifiedUpTo == notice.Told);

    private async Task<IReadOnlyList<Notice>> NoteAsync(int me, DateTime since, CancellationToken cancellationToken)
    {
        var openings = await Openings(me, since).Take(MostAtOnce).ToDictionaryAsync(o => o.RoomId, cancellationToken);
        var told = openings.Values.Select(o => o.NewestStanding ?? o.NotifiedUpTo).ToList();
        var messages = await db.Messages.Where(m => told.Contains(m.Id))
            .Select(m => new
            {
                m.Id, m.ChatRoomId, From = m.User.UserName, Picture = m.User.Avatar, m.Payload, Removed = m.RemovedAt != null, m.Photos,
                m.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        var notices = messages.ConvertAll(m => new Notice(
            m.ChatRoomId, m.Id, m.From, m.Picture, m.Payload, m.Removed, m.Photos?.Count ?? 0,
            m.CreatedAt, openings[m.ChatRoomId].IsNews, openings[m.ChatRoomId].NotifiedUpTo));

        var noted = await db.RoomNotices.Where(n => n.UserId == me && openings.Keys.Contains(n.ChatRoomId))
            .ToDictionaryAsync(n => n.ChatRoomId, cancellationToken);
        foreach (var notice in notices)
        {
            if (!noted.TryGetValue(notice.RoomId, out var room)) db.Add(room = new RoomNotice { UserId = me, ChatRoomId = notice.RoomId });
            room.NotifiedUpTo = notice.Told;
        }

        await db.SaveChangesAsync(cancellationToken);
        return notices;
    }

    /// <summary>
    /// The rooms that hold something to tell, the newest first. Looked at are those in which something was said lately, along the list's
    /// indexes; sorted are the few that are found.
    /// </summary>
    private IQueryable<Opening> Openings(int me, DateTime since)
    {
        var lately = time.GetUtcMilliseconds() - _lately;
        var bought = db.ChatRooms.Where(r => r.BuyerId == me && r.UpdatedAt >= lately)
            .Select(r => new { r.Id, r.UpdatedAt, ReadUpTo = r.BuyerReadUpTo, Last = r.LastSellerMessageId });
        var sold = db.ChatRooms.Where(r => r.SellerId == me && r.UpdatedAt >= lately)
            .Select(r => new { r.Id, r.UpdatedAt, ReadUpTo = r.SellerReadUpTo, Last = r.LastBuyerMessageId });
        return bought.Concat(sold)
            .LeftJoin(
                db.RoomNotices.Where(n => n.UserId == me),
                r => r.Id,
                n => n.ChatRoomId,
                (r, n) => new
                {
                    r.Id, r.UpdatedAt, r.ReadUpTo, r.Last, NotifiedUpTo = n == null ? 0 : n.NotifiedUpTo, Muted = n != null && n.Muted,
                })
            .LeftJoin(
                db.Messages,
                r => r.NotifiedUpTo,
                m => m.Id,
                (r, told) => new
                {
                    Room = r,
                    IsTold = told != null && told.Id > r.ReadUpTo && told.CreatedAt >= since,
                    TakenBack = told != null && told.RemovedAt != null,
                    NewestStanding = db.Messages
                        .Where(m => m.ChatRoomId == r.Id && m.Id > r.ReadUpTo && m.Id <= r.Last && !r.Muted
                            && m.UserId != me && m.RemovedAt == null && m.CreatedAt >= since)
                        .OrderByDescending(m => m.Id).Select(m => (long?)m.Id).FirstOrDefault(),
                })
            .Where(o => o.TakenBack || (!o.IsTold && o.NewestStanding != null))
            .OrderByDescending(o => o.Room.UpdatedAt)
            .Select(o => new Opening(o.Room.Id, o.Room.NotifiedUpTo, !o.IsTold && o.NewestStanding != null, o.NewestStanding));
    }

    private sealed record Opening(int RoomId, long NotifiedUpTo, bool IsNews, long? NewestStanding);
}
