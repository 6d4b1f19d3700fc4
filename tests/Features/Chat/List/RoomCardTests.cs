using System.Text.Json.Nodes;
using AngleSharp.Dom;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Chat.List;

public sealed class RoomCardTests(MarketHost host) : IClassFixture<MarketHost>
{
    public static TheoryData<string> Names => [.. SharedCases.RoomCards.Select(card => card.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_list_shows_a_room(string name)
    {
        var expected = SharedCases.RoomCards.Single(card => card.Name == name);
        var user = await host.SignedIn("alice", expected.Language);
        var roomId = await Store(expected.Room, user.Id);

        var page = await user.Page(expected.IsOpen ? $"/chat/{roomId}" : "/chat");

        var card = page.QuerySelector("[data-room-list]").ShouldNotBeNull().Children.ShouldHaveSingleItem();
        card.GetAttribute("data-room-id").ShouldBe($"{roomId}");
        card.QuerySelector("a").ShouldNotBeNull().GetAttribute("href").ShouldBe($"/chat/{roomId}");
        card.GetAttribute("data-unread").ShouldBe(expected.Room.Unread == 0 ? null : $"{expected.Room.Unread}");
        Parts(card).ShouldBe(expected.Card, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_script_gets_the_same_room_as_json(string name)
    {
        var expected = SharedCases.RoomCards.Single(card => card.Name == name);
        var user = await host.SignedIn("alice", expected.Language);
        var roomId = await Store(expected.Room, user.Id);

        var answer = (await user.Scenario(s => s.Get.Url("/chat?handler=Rooms"))).ReadAsText();

        var room = JsonNode.Parse(answer)!["rooms"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        room["id"]!.GetValue<int>().ShouldBe(roomId);
        room.Remove("id");
        room.Remove("updatedAt");
        JsonNode.DeepEquals(room, expected.Json).ShouldBeTrue(room.ToJsonString());
    }

    private async Task<int> Store(StoredRoom stored, int userId)
    {
        var now = host.Clock.UtcNow;
        var key = Guid.NewGuid().ToString("N")[..User.MaxNameLength];
        var counterpart = new User { UserName = stored.Counterpart, NormalizedUserName = key, Avatar = stored.Avatar, CreatedAt = now };
        var product = new Product { Title = stored.Product, Description = "", Seller = counterpart, CreatedAt = now };
        if (stored.ProductPhoto is { } photo) product.Photos.Add(new ProductPhoto { Name = photo, Width = 800, Height = 600 });
        return await host.Data(async db =>
        {
            db.Add(product);
            await db.SaveChangesAsync();
            var room = ChatRoom.Create(userId, counterpart.Id, product.Id, now.AddMinutes(-stored.MinutesAgo));
            db.Add(room);
            await db.SaveChangesAsync();
            var messages = Messages(stored, room).ToList();
            db.AddRange(messages);
            await db.SaveChangesAsync();
            var member = await db.RoomMembers.SingleAsync(member => member.ChatRoomId == room.Id && member.UserId == userId);
            member.LastIncomingMessageId = messages.Select(message => message.Id).DefaultIfEmpty(0).Max();
            member.LastReadMessageId = stored.Unread == 0 ? member.LastIncomingMessageId : 0;
            await db.SaveChangesAsync();
            return room.Id;
        });
    }

    private static IEnumerable<Message> Messages(StoredRoom stored, ChatRoom room)
    {
        if (stored.Last is not { } last) yield break;
        var isLastUnread = stored.Unread > 0 && !last.Removed;
        var earlier = Enumerable.Repeat(new PreviewedMessage("earlier"), isLastUnread ? stored.Unread - 1 : stored.Unread);
        foreach (var (rev, message) in earlier.Append(last).Index())
        {
            yield return new Message
            {
                Payload = message.Payload,
                Kind = message.StoredKind,
                Data = message.StoredData,
                UserId = room.SellerId,
                ChatRoomId = room.Id,
                CreatedAt = room.CreatedAt,
                RemovedAt = message.Removed ? room.CreatedAt : null,
                ClientId = Guid.NewGuid(),
                Rev = rev + 1,
            };
        }
    }

    /// <summary>The visible parts of a card, as <see cref="RoomCardCase.Card"/> lists them.</summary>
    private static Dictionary<string, string> Parts(IElement card)
    {
        var avatar = card.QuerySelector(".avatar").ShouldNotBeNull();
        var thumbnail = card.QuerySelector("[data-product-photo]").ShouldNotBeNull();
        var parts = new Dictionary<string, string?>
        {
            ["name"] = card.QuerySelector("[data-name]")?.TextContent,
            ["avatar"] = avatar.QuerySelector("img")?.GetAttribute("srcset") ?? avatar.TextContent,
            ["color"] = avatar.GetAttribute("data-color"),
            ["product"] = card.QuerySelector("[data-product-title]")?.TextContent,
            ["thumbnail"] = thumbnail.ClassList.Contains("thumbnail--none") ? "none"
                : thumbnail.QuerySelector("img")?.GetAttribute("srcset"),
            ["preview"] = card.QuerySelector("[data-preview]")?.TextContent,
            ["time"] = card.QuerySelector("time")?.TextContent,
            ["unread"] = card.QuerySelector("[data-unread-count]") is { } badge
                ? string.Join(' ', badge.ChildNodes.Select(node => node.TextContent)) : null,
            ["current"] = card.QuerySelector("a")?.GetAttribute("aria-current"),
        };
        return parts.Where(part => part.Value is not null).ToDictionary(part => part.Key, part => part.Value!);
    }
}
