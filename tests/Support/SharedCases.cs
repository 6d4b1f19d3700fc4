using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MarketChat.Tests.Support;

/// <summary>
/// Tables of input and expected output in tests/Cases, for what the server and the scripts both implement: the server renders the page,
/// the script updates it. The server's tests and the script's tests run the same table, so neither can change alone.
/// </summary>
public static class SharedCases
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static IReadOnlyList<LinkifyCase> Linkify => Read<LinkifyCase>("linkify");
    public static IReadOnlyList<CharactersCase> Characters => Read<CharactersCase>("characters");
    public static IReadOnlyList<TimesCase> Times => Read<TimesCase>("times");
    public static IReadOnlyList<MessageGroupsCase> MessageGroups => Read<MessageGroupsCase>("message-groups");
    public static IReadOnlyList<PreviewCase> Previews => Read<PreviewCase>("previews");
    public static IReadOnlyList<RoomCardCase> RoomCards => Read<RoomCardCase>("room-cards");

    /// <summary>A table as JSON text, for a script's test.</summary>
    public static string Json(string table) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", $"{table}.json"));

    private static List<T> Read<T>(string table) => JsonSerializer.Deserialize<List<T>>(Json(table), _options)!;
}

/// <param name="Segments">The segments of the text in order. Links are in brackets.</param>
public sealed record LinkifyCase(string Text, IReadOnlyList<string> Segments);

/// <param name="IsBlank">Whether the text looks like nothing.</param>
/// <param name="Count">The number of characters that a reader sees.</param>
public sealed record CharactersCase(string Text, bool IsBlank, int Count);

/// <param name="Language">The user's language.</param>
/// <param name="Zone">The user's IANA time zone.</param>
/// <param name="Now">When the times are read.</param>
public sealed record TimesCase(string Name, string Language, string Zone, DateTimeOffset Now, IReadOnlyList<TimeTexts> Times);

/// <summary>The texts of a time.</summary>
/// <param name="Relative">The relative time, as in the chat list.</param>
/// <param name="Day">The label of a day in a room.</param>
/// <param name="Clock">The time of day, as at a message.</param>
/// <param name="Exact">The tooltip.</param>
public sealed record TimeTexts(DateTimeOffset At, string Relative, string Day, string Clock, string Exact);

/// <param name="ReadUpTo">The number of the last message that the user has read, counted from 1; null if all are read.</param>
/// <param name="Log">
/// The log from top to bottom: "day 2026-11-22", "divider", and messages by number with their position in their group ("starts", "within",
/// "ends", "alone") and ", removed".
/// </param>
public sealed record MessageGroupsCase(
    string Name, string Zone, IReadOnlyList<GroupedMessage> Messages, IReadOnlyList<string> Log, int? ReadUpTo = null);

/// <param name="From">"me" or "them".</param>
public sealed record GroupedMessage(string From, DateTimeOffset At, bool Removed = false);

/// <param name="Ko">The preview in Korean.</param>
/// <param name="En">The preview in English.</param>
/// <param name="Bubble">The text in the room if it differs from the list's: the payload keeps the sender's language.</param>
public sealed record PreviewCase(string Name, PreviewedMessage Message, string Ko, string En, string? Bubble = null);

/// <param name="Photos">The number of photos; null for a text message.</param>
public sealed record PreviewedMessage(string Payload, int? Photos = null, bool Removed = false, string? Kind = null)
{
    /// <summary>The message's kind as stored in the database.</summary>
    public string StoredKind => Kind ?? (Photos is null ? Message.Text : MessagePhoto.Kind);

    /// <inheritdoc cref="StoredKind"/>
    public string? StoredData =>
        Photos is { } count ? MessagePhoto.Serialize([.. Enumerable.Repeat(new MessagePhoto("c.webp", 4, 3), count)])
        : Kind is null ? null : "{}";
}

/// <summary>A room in the chat list: as it is stored, as the list's JSON handler describes it, and as its card shows it.</summary>
/// <param name="Room">The stored data. The counterpart sent all messages.</param>
/// <param name="Json">The handler's item without the id and the time.</param>
/// <param name="Card">
/// The card's visible parts by name. "avatar" is the initial or the image's srcset, "thumbnail" "none" or the image's srcset, "current" the
/// link's aria-current. Parts that the card does not have are left out.
/// </param>
/// <param name="IsOpen">Whether the list is shown beside this room, instead of on its own page.</param>
public sealed record RoomCardCase(
    string Name, string Language, StoredRoom Room, JsonObject Json, IReadOnlyDictionary<string, string> Card, bool IsOpen = false);

/// <param name="Counterpart">The user name; null if the account is deleted.</param>
/// <param name="Avatar">The name of the counterpart's photo.</param>
/// <param name="ProductPhoto">The name of the product's photo.</param>
/// <param name="Last">The newest message.</param>
/// <param name="Unread">The number of unread messages, including <paramref name="Last"/> unless it is removed.</param>
public sealed record StoredRoom(
    string? Counterpart, string Product, int MinutesAgo, string? Avatar = null, string? ProductPhoto = null, PreviewedMessage? Last = null,
    int Unread = 0);
