namespace MarketChat.Features.Chat;

/// <summary>
/// A message and its place in the log: whether it begins or ends a run of messages that one person sent within five minutes (the
/// first shows who, the last shows when), whether it is the first of its day, whether it is the first unread one, and, for one of mine,
/// whether the other has seen it and whether it is the newest of those. A removed message is neither unread nor the newest. The sought
/// one is the one that a link led to.
/// wwwroot/js/message-log.js keeps to the same rules for what arrives later.
/// </summary>
public sealed record MessageListItem(
    MessageView Message, string Sender, string? SenderPhoto, bool IsGroupStart, bool IsGroupEnd, bool StartsDay, bool IsFirstUnread,
    bool IsSeen, bool IsNewestSeen, bool IsHighlighted = false)
{
    private static readonly TimeSpan MaxGroupGap = TimeSpan.FromMinutes(5);

    /// <summary>Lays out messages, oldest first, for a reader whose days are told by <paramref name="dayOf"/>.</summary>
    public static IEnumerable<MessageListItem> Arrange(
        IReadOnlyList<MessageView> messages, string userId, string counterpart, string? counterpartPhoto,
        long readUpTo, long counterpartReadUpTo, Func<DateTime, DateOnly> dayOf, long? sought = null)
    {
        var newestSeen = messages.LastOrDefault(m => m is { Mine: true, Removed: false } && m.Id <= counterpartReadUpTo)?.Id;
        var dividerStands = false;
        for (var i = 0; i < messages.Count; i++)
        {
            var (message, before, after) = (messages[i], messages.ElementAtOrDefault(i - 1), messages.ElementAtOrDefault(i + 1));
            var isFirstUnread = !dividerStands && message is { Mine: false, Removed: false } && message.Id > readUpTo;
            dividerStands |= isFirstUnread;
            yield return new MessageListItem(
                message,
                message.Mine ? userId : counterpart,
                message.Mine ? null : counterpartPhoto,
                IsGroupStart: isFirstUnread || !AreSameGroup(before, message, dayOf),
                IsGroupEnd: !AreSameGroup(message, after, dayOf),
                StartsDay: before is null || dayOf(before.SentAt) != dayOf(message.SentAt),
                isFirstUnread,
                IsSeen: message.Mine && message.Id <= counterpartReadUpTo,
                IsNewestSeen: message.Id == newestSeen,
                IsHighlighted: message.Id == sought);
        }
    }

    private static bool AreSameGroup(MessageView? first, MessageView? second, Func<DateTime, DateOnly> dayOf) =>
        first is not null && second is not null && first.SenderId == second.SenderId
        && second.SentAt - first.SentAt < MaxGroupGap && dayOf(first.SentAt) == dayOf(second.SentAt);
}
