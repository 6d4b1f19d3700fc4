using MarketChat.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Chat.Notifications;

/// <summary>Something to tell a person of one of their rooms.</summary>
/// <param name="MessageId">The other's newest message; of those that were taken back only when none else is left.</param>
/// <param name="ShouldAlert">What is none takes, without a sound, the place of what was told before and has been taken back.</param>
/// <param name="PreviousNotifiedMessageId">Id of the message they had been told of before, 0 for none.</param>
public sealed record RoomNotification(
    int RoomId, long MessageId, string? From, string? Picture, string Payload, bool Removed, int Photos, DateTime SentAt, bool ShouldAlert,
    long PreviousNotifiedMessageId)
{
    /// <summary>Id of the message they have been told of now. With nothing left to tell of, the next one is news again.</summary>
    public long NotifiedMessageId => Removed ? 0 : MessageId;
}

/// <summary>
/// What there is to tell somebody: of each room once, until they have visited it or a day has gone by. A room that holds something unread
/// is told of by the newest message that stands. When the one they were told of is taken back, what was shown is replaced, also where
/// their read marker has moved past it: it may have been read elsewhere, and moves by itself where nothing is left to read.
/// </summary>
public sealed class PendingNotifications(MarketDb db, TimeProvider time)
{
    public const int MaxBatchSize = 20;

    // What could not be told for so long is no news.
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    // A day is how long a message can be taken back; and then it takes a while to get here.
    private static readonly TimeSpan LookbackWindow = TimeSpan.FromDays(2);

    /// <summary>Takes what there is to tell, so that it is told once, whoever else looks. Writes only when there is something.</summary>
    /// <param name="since">When they first asked to be told.</param>
    public async Task<IReadOnlyList<RoomNotification>> ClaimAsync(int userId, DateTime since, CancellationToken cancellationToken)
    {
        var yesterday = time.GetUtcNowInMilliseconds() - MaxAge;
        if (since < yesterday) since = yesterday;
        return await Candidates(userId, since).AnyAsync(cancellationToken)
            ? await db.ExecuteInTransactionAsync(token => NoteAsync(userId, since, token), cancellationToken)
            : [];
    }

    /// <summary>
    /// Whether a notice is still worth telling: nothing was told after it, and it was not read meanwhile, taken back or muted.
    /// </summary>
    public Task<bool> IsStillRelevantAsync(int userId, RoomNotification notice, CancellationToken cancellationToken) =>
        Noted(userId, notice).AnyAsync(
        member => notice.Removed || (!member.IsMuted && member.LastReadMessageId < notice.MessageId
            && db.Messages.Any(m => m.Id == notice.MessageId && m.RemovedAt == null)),
        cancellationToken);

    /// <summary>A notice has reached nobody: its room is again as if it had not been taken.</summary>
    public Task ReleaseAsync(int userId, RoomNotification notice, CancellationToken cancellationToken) => db.ExecuteInTransactionAsync(
        token => Noted(userId, notice)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.LastNotifiedMessageId, notice.PreviousNotifiedMessageId), token),
        cancellationToken);

    private IQueryable<RoomMember> Noted(int userId, RoomNotification notice) => db.RoomMembers.Where(m =>
        m.ChatRoomId == notice.RoomId && m.UserId == userId && m.LastNotifiedMessageId == notice.NotifiedMessageId);

    private async Task<IReadOnlyList<RoomNotification>> NoteAsync(int userId, DateTime since, CancellationToken cancellationToken)
    {
        var openings = await Candidates(userId, since).Take(MaxBatchSize).ToDictionaryAsync(o => o.RoomId, cancellationToken);
        var told = openings.Values.Select(o => o.LatestVisibleMessageId ?? o.LastNotifiedMessageId).ToList();
        var messages = await db.Messages.Where(m => told.Contains(m.Id))
            .Select(m => new
            {
                m.Id, m.ChatRoomId, From = m.User.UserName, Picture = m.User.Avatar, m.Payload, Removed = m.RemovedAt != null, m.Photos,
                m.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        var notices = messages.ConvertAll(m => new RoomNotification(
            m.ChatRoomId, m.Id, m.From, m.Picture, m.Payload, m.Removed, m.Photos?.Count ?? 0,
            m.CreatedAt, openings[m.ChatRoomId].ShouldAlert, openings[m.ChatRoomId].LastNotifiedMessageId));

        foreach (var notice in notices)
        {
            await db.RoomMembers.Where(m => m.ChatRoomId == notice.RoomId && m.UserId == userId)
                .ExecuteUpdateAsync(set => set.SetProperty(m => m.LastNotifiedMessageId, notice.NotifiedMessageId), cancellationToken);
        }

        return notices;
    }

    /// <summary>
    /// The rooms that hold something to tell, the newest first. Looked at are those in which something was said lately, along the list's
    /// indexes; sorted are the few that are found.
    /// </summary>
    private IQueryable<Candidate> Candidates(int userId, DateTime since)
    {
        var lately = time.GetUtcNowInMilliseconds() - LookbackWindow;
        return db.RoomMembers.Where(m => m.UserId == userId && m.LastActivityAt >= lately)
            .LeftJoin(
                db.Messages,
                member => member.LastNotifiedMessageId,
                message => message.Id,
                (member, told) => new
                {
                    Member = member,
                    IsTold = told != null && told.Id > member.LastReadMessageId && told.CreatedAt >= since,
                    TakenBack = told != null && told.RemovedAt != null,
                    NewestStanding = db.Messages
                        .Where(m => m.ChatRoomId == member.ChatRoomId && m.Id > member.LastReadMessageId
                            && m.Id <= member.LastIncomingMessageId && !member.IsMuted
                            && m.UserId != userId && m.RemovedAt == null && m.CreatedAt >= since)
                        .OrderByDescending(m => m.Id).Select(m => (long?)m.Id).FirstOrDefault(),
                })
            .Where(o => o.TakenBack || (!o.IsTold && o.NewestStanding != null))
            .OrderByDescending(o => o.Member.LastActivityAt)
            .Select(o => new Candidate(
                o.Member.ChatRoomId, o.Member.LastNotifiedMessageId, !o.IsTold && o.NewestStanding != null, o.NewestStanding));
    }

    private sealed record Candidate(int RoomId, long LastNotifiedMessageId, bool ShouldAlert, long? LatestVisibleMessageId);
}
