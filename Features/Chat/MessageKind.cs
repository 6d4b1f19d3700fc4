namespace MarketChat.Features.Chat;

/// <summary>
/// A kind of message that an optional slice adds: what it shows for it on the page, in JSON and in one line of text. Where nobody handles a
/// kind, because its feature is switched off or was taken out, the message's payload stands for it.
/// </summary>
public abstract class MessageKind
{
    /// <summary>The value of <c>Message.Kind</c>, and the name of the JSON property with the kind's content.</summary>
    public abstract string Name { get; }

    /// <summary>The feature flag; while it is off, the page shows the payload.</summary>
    public abstract string Flag { get; }

    /// <summary>The absolute path of the partial view that shows a message of this kind. Its model is the MessageListItem.</summary>
    public abstract string View { get; }

    /// <summary>What scripts get of <c>Message.Data</c>. It must hold nothing that the room's members may not see.</summary>
    public abstract object ToJson(string data);

    /// <summary>One line of text in the reader's language, for the chat list and for notifications.</summary>
    public virtual string Describe(string payload, string data) => payload;
}

/// <summary>The kinds of messages that slices have registered.</summary>
public sealed class MessageKinds(IEnumerable<MessageKind> kinds)
{
    private readonly Dictionary<string, MessageKind> _kinds = kinds.ToDictionary(kind => kind.Name);

    /// <returns>Null for text, and for a kind that no slice has registered.</returns>
    public MessageKind? Find(string name) => _kinds.GetValueOrDefault(name);
}
