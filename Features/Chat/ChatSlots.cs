namespace MarketChat.Features.Chat;

/// <summary>The model of <see cref="ChatSlots.RoomBar"/>: the room, and whether the current user has muted it.</summary>
public sealed record RoomBarModel(int RoomId, bool IsMuted);

/// <summary>The places in the chat's pages where optional slices show themselves, and the model each one hands out.</summary>
public static class ChatSlots
{
    /// <summary>The list's page, for conventions.</summary>
    public const string ListPage = "/Chat/List/List";

    /// <summary>In the bar above the list, beside its title. No model.</summary>
    public const string ListBar = "list-bar";

    /// <summary>Between the bar and the list. No model.</summary>
    public const string ListTop = "list-top";

    /// <summary>At the end of the bar above an open room. Model: <see cref="RoomBarModel"/>.</summary>
    public const string RoomBar = "room-bar";

    /// <summary>Behind everything else in an open room, for templates and scripts. Model: the room's id.</summary>
    public const string RoomEnd = "room-end";

    /// <summary>In the composer, before its text. Model: the room's id.</summary>
    public const string Composer = "composer";

    /// <summary>Beside a message, before its time; in the templates, too. Model: <see cref="MessageListItem"/>.</summary>
    public const string MessageMeta = "message-meta";
}
