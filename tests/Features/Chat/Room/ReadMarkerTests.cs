using MarketChat.Tests.Support;

namespace MarketChat.Tests.Features.Chat.Room;

public sealed class ReadMarkerTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task Opening_a_room_reads_what_it_shows()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "안녕하세요");
        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(1);

        await talk.Seller.Page(talk.Url);

        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(0);
        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(message.Id);
    }

    [Fact]
    public async Task Of_more_unread_messages_than_a_page_holds_those_it_does_not_show_stay_unread()
    {
        var talk = await Conversation.Create(host);
        var messages = new List<long>();
        for (var i = 0; i < 120; i++) messages.Add((await talk.Send(talk.Buyer, $"{i}")).Id);

        var page = await talk.Seller.Page(talk.Url);

        var shown = page.QuerySelectorAll("[data-message-id]").Select(m => long.Parse(m.GetAttribute("data-message-id")!)).ToList();
        shown.ShouldBe(messages.Take(shown.Count), "it begins at the first unread one");
        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(shown[^1]);
        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(1);

        await talk.Seller.Page(talk.Url);
        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(messages[^1]);
        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(0);
    }

    [Fact]
    public async Task A_link_to_a_message_beyond_unread_ones_does_not_read_what_lies_before()
    {
        var talk = await Conversation.Create(host);
        var last = 0L;
        for (var i = 0; i < 60; i++) last = (await talk.Send(talk.Buyer, $"{i}")).Id;

        await talk.Seller.Page($"{talk.Url}?at={last}");

        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(0);
    }

    [Fact]
    public async Task A_poll_alone_reads_nothing()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "안녕하세요");

        await talk.Poll(talk.Seller);

        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(1);
        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(0);
    }

    [Fact]
    public async Task A_marker_only_moves_forward()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Send(talk.Buyer, "하나");
        var second = await talk.Send(talk.Buyer, "둘");

        (await talk.MarkRead(talk.Seller, second.Id)).StatusCode.ShouldBe(204);
        (await talk.MarkRead(talk.Seller, first.Id)).StatusCode.ShouldBe(204);

        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(second.Id);
    }

    [Fact]
    public async Task A_marker_never_goes_beyond_the_rooms_own_messages()
    {
        var talk = await Conversation.Create(host);
        var last = await talk.Send(talk.Buyer, "하나");
        var other = await Conversation.Create(host);
        await other.Send(other.Buyer, "다른 방의 더 새로운 메시지");

        (await talk.MarkRead(talk.Seller, long.MaxValue)).StatusCode.ShouldBe(204);

        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBe(last.Id);
        await talk.Send(talk.Buyer, "둘");
        (await talk.Poll(talk.Seller)).UnreadRooms.ShouldBe(1);
    }

    [Fact]
    public async Task Reading_travels_to_the_other_by_the_poll()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "하나");
        var before = await talk.Poll(talk.Buyer);

        await talk.MarkRead(talk.Seller, message.Id);

        var after = await talk.Poll(talk.Buyer, before.Rev, $"&version={before.Version}");
        after.Rev.ShouldBeGreaterThan(before.Rev);
        after.CounterpartReadUpTo.ShouldBe(message.Id);
        after.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ones_own_message_is_never_unread_to_oneself()
    {
        var talk = await Conversation.Create(host);

        await talk.Send(talk.Buyer, "하나");

        (await talk.Poll(talk.Buyer)).UnreadRooms.ShouldBe(0);
    }

    [Fact]
    public async Task Reading_with_nothing_unread_writes_nothing()
    {
        var talk = await Conversation.Create(host);
        var message = await talk.Send(talk.Buyer, "하나");
        await talk.MarkRead(talk.Seller, message.Id);
        var rev = (await talk.Poll(talk.Seller)).Rev;

        await talk.MarkRead(talk.Seller, message.Id);
        await talk.Seller.Page(talk.Url);

        (await talk.Poll(talk.Seller)).Rev.ShouldBe(rev);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task A_marker_that_is_no_message_id_is_400(string upTo)
    {
        var talk = await Conversation.Create(host);
        var token = await talk.Buyer.Token();

        await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("upTo", upTo)).ToUrl($"{talk.Url}?handler=Read");
            s.AsScript(token);
            s.StatusCodeShouldBe(400);
        });
    }
}
