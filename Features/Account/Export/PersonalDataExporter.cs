using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Account.Export;

/// <summary>
/// All data that the app stores about a user: profile, products, and conversations as the user sees them. Of other users it contains only
/// their names and the messages they sent to this user. Times are in UTC, prices in won, and photos are absolute URLs.
/// </summary>
public sealed record PersonalData(
    DateTime ExportedAt, ProfileExport Profile, IAsyncEnumerable<ProductExport> Products, IAsyncEnumerable<RoomExport> Rooms);

public sealed record ProfileExport(
    string Name, DateTime JoinedAt, string? Language, string? Photo, IEnumerable<PasskeyExport> Passkeys,
    IAsyncEnumerable<NotifiedBrowserExport> NotifiedBrowsers);

public sealed record PasskeyExport(string? Name, DateTime AddedAt);

/// <param name="Address">The endpoint of the browser's push service.</param>
public sealed record NotifiedBrowserExport(string Address, string Language, DateTime AskedAt);

public sealed record ProductExport(string Title, int Price, string Description, DateTime PostedAt, IEnumerable<string> Photos);

/// <param name="Side">"buyer" or "seller": the user's role in the room.</param>
public sealed record RoomExport(
    string Product, int Price, string Side, string Counterpart, DateTime OpenedAt, bool Muted, IAsyncEnumerable<MessageExport> Messages);

/// <param name="Photos">
/// The URLs of the photos of a photo message; null for a text message. Only the members of the room can open them, signed in.
/// </param>
public sealed record MessageExport(
    string From, string Text, DateTime SentAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<string>? Photos);

/// <summary>Reads the personal data of a user.</summary>
public sealed class PersonalDataExporter(MarketDb db, DeletedUserLabel deletedUser)
{
    /// <summary>
    /// Creates the export. Products, browsers, rooms and messages are read from the database while the export is enumerated.
    /// </summary>
    /// <param name="origin">The address of the app, for absolute URLs: "https://market.example".</param>
    public PersonalData ExportAsync(User user, IEnumerable<UserPasskeyInfo> passkeys, DateTime now, string origin) => new(
        now,
        new ProfileExport(
            user.UserName!,
            user.CreatedAt,
            user.Language,
            user.Avatar is null ? null : origin + PhotoNames.UrlOf(user.Avatar),
            passkeys.Select(p => new PasskeyExport(p.Name, p.CreatedAt.UtcDateTime)),
            GetBrowsers(user.Id)),
        GetProducts(user.Id, origin + PhotoNames.UrlOf("")),
        GetRoomsAsync(user.Id, user.UserName!, origin));

    private IAsyncEnumerable<NotifiedBrowserExport> GetBrowsers(int userId) => db.PushSubscriptions
        .Where(s => s.UserId == userId)
        .OrderBy(s => s.CreatedAt)
        .Select(s => new NotifiedBrowserExport(s.Endpoint, s.Language, s.CreatedAt))
        .StreamAsync();

    private IAsyncEnumerable<ProductExport> GetProducts(int userId, string photoUrlPrefix) => db.Products
        .Where(p => p.SellerId == userId)
        .OrderBy(p => p.Id)
        .Select(p => new ProductExport(
            p.Title, p.Price, p.Description, p.CreatedAt,
            p.Photos.OrderBy(photo => photo.Position).Select(photo => photoUrlPrefix + photo.Name).ToList()))
        .StreamAsync();

    // Reads all rooms first, which are few and small, and then the messages of one room after another, because some database providers
    // allow only one open query per connection.
    private async IAsyncEnumerable<RoomExport> GetRoomsAsync(
        int userId, string name, string origin, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var deletedUserName = deletedUser.Name;
        var rooms = await db.RoomMembers.Where(m => m.UserId == userId).WithOther(db).OrderBy(pair => pair.Mine.ChatRoomId)
            .Select(pair => new
            {
                Id = pair.Mine.ChatRoomId,
                pair.Mine.ChatRoom.Product.Title,
                pair.Mine.ChatRoom.Product.Price,
                Side = pair.Mine.Role == RoomRole.Buyer ? "buyer" : "seller",
                Counterpart = pair.Other.User.UserName ?? deletedUserName,
                pair.Mine.ChatRoom.CreatedAt,
                Muted = pair.Mine.IsMuted,
            })
            .ToListAsync(cancellationToken);
        foreach (var room in rooms)
        {
            var messages = db.Messages.Where(m => m.ChatRoomId == room.Id).OrderBy(m => m.Id)
                .Select(m => new MessageExport(
                    m.UserId == userId ? name : room.Counterpart, m.Payload, m.CreatedAt,
                        GetPhotoUrls(m.Kind, m.Data, origin, room.Id, m.Id)));
            yield return new RoomExport(room.Title, room.Price, room.Side, room.Counterpart, room.CreatedAt, room.Muted,
                messages.StreamAsync(cancellationToken));
        }
    }

    private static IEnumerable<string>? GetPhotoUrls(string kind, string? data, string origin, int roomId, long messageId) =>
        kind != MessagePhoto.Kind || data is null ? null
            : MessagePhoto.Deserialize(data).Select((_, index) => origin + MessagePhoto.UrlOf(roomId, messageId, index + 1));
}

internal static class PersonalDataQueries
{
    /// <summary>
    /// Streams a query, and closes it at its end. The JSON serializer disposes what it enumerated only later, and PostgreSQL allows one
    /// open query per connection.
    /// </summary>
    public static async IAsyncEnumerable<T> StreamAsync<T>(
        this IQueryable<T> query, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var row in query.AsAsyncEnumerable().WithCancellation(cancellationToken)) yield return row;
    }
}
