using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Localization;
using MarketChat.Infrastructure.Photos;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Features.Account.Export;

/// <summary>
/// All that the app keeps about a person: who they are, what they sell, and their conversations as they see them. Of others there is
/// nothing but their name and what they wrote to this person. Times are in UTC, prices in won, photos are addresses.
/// </summary>
public sealed record PersonalData(
    DateTime ExportedAt, ProfileExport Profile, IAsyncEnumerable<ProductExport> Products, IAsyncEnumerable<RoomExport> Rooms);

public sealed record ProfileExport(
    string Name, DateTime JoinedAt, string? Language, string? Photo, IEnumerable<PasskeyExport> Passkeys,
    IAsyncEnumerable<NotifiedBrowserExport> NotifiedBrowsers);

public sealed record PasskeyExport(string? Name, DateTime AddedAt);

/// <param name="Address">Where its push service takes notifications for it.</param>
public sealed record NotifiedBrowserExport(string Address, string Language, DateTime AskedAt);

public sealed record ProductExport(string Title, int Price, string Description, DateTime PostedAt, IEnumerable<string> Photos);

/// <param name="Side">"buyer" or "seller": which of the two this person is.</param>
public sealed record RoomExport(
    string Product, int Price, string Side, string Counterpart, DateTime OpenedAt, bool Muted, IAsyncEnumerable<MessageExport> Messages);

/// <param name="Photos">What it consists of, when it is not of words; only the room's two people see them, signed in.</param>
public sealed record MessageExport(
    string From, string Text, DateTime SentAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<string>? Photos);

public sealed class PersonalDataExporter(MarketDb db, DeletedUserLabel deletedUser)
{
    /// <summary>The copy, of which only the beginning is there: the rest is read while it is written.</summary>
    /// <param name="origin">What a path here completes to an address: "https://market.example".</param>
    public PersonalData ExportAsync(User user, IEnumerable<UserPasskeyInfo> passkeys, DateTime now, string origin) => new(
        now,
        new ProfileExport(
            user.UserName!,
            user.CreatedAt,
            user.Language,
            user.Avatar is null ? null : origin + PhotoNames.UrlOf(user.Avatar),
            passkeys.Select(p => new PasskeyExport(p.Name, p.CreatedAt.UtcDateTime)),
            BrowsersOf(user.Id)),
        ProductsOf(user.Id, origin + PhotoNames.UrlOf("")),
        RoomsOf(user.Id, user.UserName!, origin));

    private IAsyncEnumerable<NotifiedBrowserExport> BrowsersOf(int userId) => db.PushSubscriptions
        .Where(s => s.UserId == userId)
        .OrderBy(s => s.CreatedAt)
        .Select(s => new NotifiedBrowserExport(s.Endpoint, s.Language, s.CreatedAt))
        .AsAsyncEnumerable();

    private IAsyncEnumerable<ProductExport> ProductsOf(int userId, string photos) => db.Products
        .Where(p => p.SellerId == userId)
        .OrderBy(p => p.Id)
        .Select(p => new ProductExport(
            p.Title, p.Price, p.Description, p.CreatedAt,
            p.Photos.OrderBy(photo => photo.Position).Select(photo => photos + photo.Name).ToList()))
        .AsAsyncEnumerable();

    // The rooms at once, for they are few and short, and then one after the other what was said in each: two open queries are more
    // than some engines have on one connection.
    private async IAsyncEnumerable<RoomExport> RoomsOf(
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
                    m.UserId == userId ? name : room.Counterpart, m.Payload, m.CreatedAt, AddressesOf(m.Photos, origin, room.Id, m.Id)));
            yield return new RoomExport(room.Title, room.Price, room.Side, room.Counterpart, room.CreatedAt, room.Muted,
                messages.AsAsyncEnumerable());
        }
    }

    private static IEnumerable<string>? AddressesOf(IReadOnlyList<MessagePhoto>? photos, string origin, int roomId, long messageId) =>
        photos?.Select((_, index) => origin + MessagePhoto.UrlOf(roomId, messageId, index + 1));
}
