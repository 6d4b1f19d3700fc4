namespace MarketChat.Features.Chat;

/// <summary>
/// A kind of message that an optional slice adds, and how it is shown: on the page, in JSON and in one line of text. If no slice handles a
/// kind, because its feature is off or was removed, the message's payload is shown instead.
/// </summary>
public abstract class MessageKind
{
    /// <summary>The value of <c>Message.Kind</c>, and the name of the JSON property with the kind's content.</summary>
    public abstract string Name { get; }

    /// <summary>The feature flag; while it is off, the page shows the payload.</summary>
    public abstract string Flag { get; }

    /// <summary>The absolute path of the partial view that shows a message of this kind. Its model is the MessageListItem.</summary>
    public abstract string View { get; }

    /// <summary>
    /// Converts <c>Message.Data</c> for scripts. The result must not contain anything that the room's members may not see.
    /// </summary>
    public abstract object ToJson(string data);

    /// <summary>Describes a message in one line of text in the reader's language, for the chat list and for notifications.</summary>
    public virtual string Describe(string payload, string data) => payload;
}

/// <summary>The registered kinds of messages, by name.</summary>
public sealed class MessageKinds(IEnumerable<MessageKind> kinds)
{
    private readonly Dictionary<string, MessageKind> _kinds = kinds.ToDictionary(kind => kind.Name);

    /// <returns>Null for text, and for a kind that no slice has registered.</returns>
    public MessageKind? Find(string name) => _kinds.GetValueOrDefault(name);
}
