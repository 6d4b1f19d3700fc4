namespace MarketChat.Features.Chat;

/// <summary>The model of <see cref="ChatSlots.RoomBar"/>: the room, and whether the current user has muted it.</summary>
public sealed record RoomBarModel(int RoomId, bool IsMuted);

/// <summary>
/// The names of the slots in the chat's pages into which optional slices render their views, and the model that each slot passes.
/// </summary>
public static class ChatSlots
{
    /// <summary>The Razor page of the chat list, for page conventions.</summary>
    public const string ListPage = "/Chat/List/List";

    /// <summary>In the bar above the list, beside the title. No model.</summary>
    public const string ListBar = "list-bar";

    /// <summary>Between the bar and the list. No model.</summary>
    public const string ListTop = "list-top";

    /// <summary>At the end of the bar above an open room. Model: <see cref="RoomBarModel"/>.</summary>
    public const string RoomBar = "room-bar";

    /// <summary>At the end of an open room, for templates and scripts. Model: the room's id.</summary>
    public const string RoomEnd = "room-end";

    /// <summary>In the composer, before the text box. Model: the room's id.</summary>
    public const string Composer = "composer";

    /// <summary>Beside a message, before its time, and in the message template. Model: <see cref="MessageListItem"/>.</summary>
    public const string MessageMeta = "message-meta";
}
