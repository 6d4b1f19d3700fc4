namespace MarketChat.Features.Chat;

/// <summary>
/// A message and its place in the room's message list. Messages that one user sent less than five minutes apart on one day form a group:
/// the first shows the sender, the last shows the time. A removed message is never marked as the first unread or the newest seen.
/// <para>
/// wwwroot/js/message-layout.js applies the same rules to messages that arrive later. Both are tested with tests/Cases/message-groups.json.
/// </para>
/// </summary>
/// <param name="IsSeen">Whether it is the user's own message and the counterpart has read it.</param>
/// <param name="IsNewestSeen">Whether it is the newest of these messages.</param>
/// <param name="IsHighlighted">Whether the page was opened by a link to this message.</param>
public sealed record MessageListItem(
    MessageView Message, string Sender, string? SenderPhoto, bool IsGroupStart, bool IsGroupEnd, bool StartsDay, bool IsFirstUnread,
    bool IsSeen, bool IsNewestSeen, bool IsHighlighted = false)
{
    private static readonly TimeSpan MaxGroupGap = TimeSpan.FromMinutes(5);

    /// <summary>Lays out messages, oldest first.</summary>
    /// <param name="readUpTo">The id of the last message that the user has read.</param>
    /// <param name="dayOf">The calendar day of a UTC time in the user's zone.</param>
    public static IEnumerable<MessageListItem> Arrange(
        IReadOnlyList<MessageView> messages, string userName, string counterpart, string? counterpartPhoto,
        long readUpTo, long counterpartReadUpTo, Func<DateTime, DateOnly> dayOf, long? highlightedId = null)
    {
        var newestSeen = messages.LastOrDefault(m => m is { Mine: true, Removed: false } && m.Id <= counterpartReadUpTo)?.Id;
        var hasDivider = false;
        for (var i = 0; i < messages.Count; i++)
        {
            var (message, before, after) = (messages[i], messages.ElementAtOrDefault(i - 1), messages.ElementAtOrDefault(i + 1));
            var isFirstUnread = !hasDivider && message is { Mine: false, Removed: false } && message.Id > readUpTo;
            hasDivider |= isFirstUnread;
            yield return new MessageListItem(
                message,
                message.Mine ? userName : counterpart,
                message.Mine ? null : counterpartPhoto,
                IsGroupStart: isFirstUnread || !AreSameGroup(before, message, dayOf),
                IsGroupEnd: !AreSameGroup(message, after, dayOf),
                StartsDay: before is null || dayOf(before.SentAt) != dayOf(message.SentAt),
                isFirstUnread,
                IsSeen: message.Mine && message.Id <= counterpartReadUpTo,
                IsNewestSeen: message.Id == newestSeen,
                IsHighlighted: message.Id == highlightedId);
        }
    }

    private static bool AreSameGroup(MessageView? first, MessageView? second, Func<DateTime, DateOnly> dayOf) =>
        first is not null && second is not null && first.SenderId == second.SenderId
        && second.SentAt - first.SentAt < MaxGroupGap && dayOf(first.SentAt) == dayOf(second.SentAt);
}
