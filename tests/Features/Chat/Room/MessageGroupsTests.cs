using System.Globalization;
using System.Net;
using AngleSharp.Dom;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Localization;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Chat.Room;

public sealed class MessageGroupsTests(MarketHost host) : IClassFixture<MarketHost>
{
    public static TheoryData<string> Names => [.. SharedCases.MessageGroups.Select(groups => groups.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_page_has_days_groups_and_divider(string name)
    {
        var groups = SharedCases.MessageGroups.Single(groups => groups.Name == name);
        var talk = await Conversation.Create(host);
        var ids = await Store(talk, groups);
        talk.Buyer.Cookies.Add(talk.Buyer.Address, new Cookie(UserTimeFormatter.ZoneCookie, groups.Zone));

        var page = await talk.Buyer.Page(talk.Url);

        page.QuerySelector("[data-messages]").ShouldNotBeNull().Children.Select(child => Describe(child, groups.Zone, ids))
            .ShouldBe(groups.Log);
    }

    /// <summary>Stores the messages of "me" (the buyer) and "them" (the seller).</summary>
    private async Task<List<long>> Store(Conversation talk, MessageGroupsCase groups) => await host.Data(async db =>
    {
        var messages = groups.Messages.Select((message, index) => new Message
        {
            Payload = message.Removed ? "" : $"{index + 1}",
            UserId = message.From == "me" ? talk.Buyer.Id : talk.Seller.Id,
            ChatRoomId = talk.RoomId,
            CreatedAt = message.At.UtcDateTime,
            RemovedAt = message.Removed ? message.At.UtcDateTime : null,
            ClientId = Guid.NewGuid(),
            Rev = index + 1,
        }).ToList();
        foreach (var message in messages)
        {
            db.Add(message);
            await db.SaveChangesAsync(); // Saves one at a time, so that the ids are in this order.
        }

        var ids = messages.Select(message => message.Id).ToList();
        foreach (var member in await db.RoomMembers.Where(member => member.ChatRoomId == talk.RoomId).ToListAsync())
        {
            member.LastIncomingMessageId = messages.LastOrDefault(message => message.UserId != member.UserId)?.Id ?? 0;
            member.LastReadMessageId = groups.ReadUpTo switch { null => ids[^1], 0 => 0, { } number => ids[number - 1] };
        }

        await db.SaveChangesAsync();
        return ids;
    });

    private static string Describe(IElement child, string zone, List<long> ids)
    {
        if (child.HasAttribute("data-day")) return $"day {Day(child, zone)}";
        if (child.HasAttribute("data-divider")) return "divider";
        var number = ids.IndexOf(long.Parse(child.GetAttribute("data-message-id")!)) + 1;
        var position = (child.GetAttribute("data-group-start"), child.GetAttribute("data-group-end")) switch
        {
            ("true", "true") => "alone",
            ("true", _) => "starts",
            (_, "true") => "ends",
            _ => "within",
        };
        return $"{number} {position}{(child.GetAttribute("data-removed") == "true" ? ", removed" : "")}";
    }

    private static string Day(IElement label, string zone)
    {
        var at = DateTime.Parse(label.QuerySelector("time")!.GetAttribute("datetime")!, null, DateTimeStyles.RoundtripKind);
        return TimeZoneInfo.ConvertTimeFromUtc(at, TimeZoneInfo.FindSystemTimeZoneById(zone))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
