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
public sealed record PersonalCopy(
    DateTime ExportedAt, ProfileCopy Profile, IAsyncEnumerable<ProductCopy> Products, IAsyncEnumerable<RoomCopy> Rooms);

public sealed record ProfileCopy(
    string Name, DateTime JoinedAt, string? Language, string? Photo, IEnumerable<PasskeyCopy> Passkeys,
    IAsyncEnumerable<NotifiedBrowserCopy> NotifiedBrowsers);

public sealed record PasskeyCopy(string? Name, DateTime AddedAt);

/// <param name="Address">Where its push service takes notifications for it.</param>
public sealed record NotifiedBrowserCopy(string Address, string Language, DateTime AskedAt);

public sealed record ProductCopy(string Title, int Price, string Description, DateTime PostedAt, IEnumerable<string> Photos);

/// <param name="Side">"buyer" or "seller": which of the two this person is.</param>
public sealed record RoomCopy(
    string Product, int Price, string Side, string Counterpart, DateTime OpenedAt, bool Muted, IAsyncEnumerable<MessageCopy> Messages);

/// <param name="Photos">What it consists of, when it is not of words; only the room's two people see them, signed in.</param>
public sealed record MessageCopy(
    string From, string Text, DateTime SentAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IEnumerable<string>? Photos);

public sealed class PersonalCopies(MarketDb db, ClosedAccount closed)
{
    /// <summary>The copy, of which only the beginning is there: the rest is read while it is written.</summary>
    /// <param name="origin">What a path here completes to an address: "https://market.example".</param>
    public PersonalCopy Of(User user, IEnumerable<UserPasskeyInfo> passkeys, DateTime now, string origin) => new(
        now,
        new ProfileCopy(
            user.UserName!,
            user.CreatedAt,
            user.Language,
            user.Avatar is null ? null : origin + PhotoNames.UrlOf(user.Avatar),
            passkeys.Select(p => new PasskeyCopy(p.Name, p.CreatedAt.UtcDateTime)),
            BrowsersOf(user.Id)),
        ProductsOf(user.Id, origin + PhotoNames.UrlOf("")),
        RoomsOf(user.Id, user.UserName!, origin));

    private IAsyncEnumerable<NotifiedBrowserCopy> BrowsersOf(int me) => db.PushSubscriptions
        .Where(s => s.UserId == me)
        .OrderBy(s => s.CreatedAt)
        .Select(s => new NotifiedBrowserCopy(s.Endpoint, s.Language, s.CreatedAt))
        .AsAsyncEnumerable();

    private IAsyncEnumerable<ProductCopy> ProductsOf(int me, string photos) => db.Products
        .Where(p => p.SellerId == me)
        .OrderBy(p => p.Id)
        .Select(p => new ProductCopy(
            p.Title, p.Price, p.Description, p.CreatedAt,
            p.Photos.OrderBy(photo => photo.Position).Select(photo => photos + photo.Name).ToList()))
        .AsAsyncEnumerable();

    // The rooms at once, for they are few and short, and then one after the other what was said in each: two open queries are more
    // than some engines have on one connection.
    private async IAsyncEnumerable<RoomCopy> RoomsOf(
        int me, string name, string origin, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var nobody = closed.Name;
        var rooms = await db.ChatRooms.Of(me).OrderBy(r => r.Id)
            .Select(r => new
            {
                r.Id,
                r.Product.Title,
                r.Product.Price,
                Side = r.BuyerId == me ? "buyer" : "seller",
                Counterpart = (r.BuyerId == me ? r.Seller : r.Buyer).UserName ?? nobody,
                r.CreatedAt,
                Muted = db.RoomNotices.Any(n => n.UserId == me && n.ChatRoomId == r.Id && n.Muted),
            })
            .ToListAsync(cancellationToken);
        foreach (var room in rooms)
        {
            var messages = db.Messages.Where(m => m.ChatRoomId == room.Id).OrderBy(m => m.Id)
                .Select(m => new MessageCopy(
                    m.UserId == me ? name : room.Counterpart, m.Payload, m.CreatedAt, AddressesOf(m.Photos, origin, room.Id, m.Id)));
            yield return new RoomCopy(room.Title, room.Price, room.Side, room.Counterpart, room.CreatedAt, room.Muted,
                messages.AsAsyncEnumerable());
        }
    }

    private static IEnumerable<string>? AddressesOf(IReadOnlyList<MessagePhoto>? photos, string origin, int roomId, long messageId) =>
        photos?.Select((_, index) => origin + MessagePhoto.UrlOf(roomId, messageId, index + 1));
}
