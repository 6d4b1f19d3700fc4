using AngleSharp.Html.Parser;
using AngleSharp.Dom;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace MarketChat.Tests.Features.Chat.ReadReceipts;

public sealed class ReadReceiptsTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task What_waits_to_be_read_has_a_1_that_is_heard_as_not_read()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        await talk.Send(talk.Buyer, "둘");

        var page = await talk.Buyer.Page(talk.Url);

        MarksIn(page).ShouldBe(["1읽지 않음", "1읽지 않음"]);
        page.QuerySelector("[data-receipt=unread] [aria-hidden=true]").ShouldNotBeNull().TextContent.ShouldBe("1");
    }

    [Fact]
    public async Task Only_the_newest_that_was_read_says_so()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        var read = await talk.Send(talk.Buyer, "둘");
        await talk.MarkRead(talk.Seller, read.Id);
        await talk.Send(talk.Seller, "네");
        await talk.Send(talk.Buyer, "셋");

        MarksIn(await talk.Buyer.Page(talk.Url)).ShouldBe(["", "읽음", "", "1읽지 않음"]);
    }

    [Fact]
    public async Task The_others_messages_have_no_marks()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");

        (await talk.Seller.Page(talk.Url)).QuerySelectorAll("[data-messages] [data-receipt]").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_removed_message_has_no_mark_and_the_one_read_before_it_takes_its_place()
    {
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Buyer, "하나");
        var read = await talk.Send(talk.Buyer, "둘");
        await talk.MarkRead(talk.Seller, read.Id);
        var unread = await talk.Send(talk.Buyer, "셋");
        await host.Data(db => db.Messages.Where(m => m.Id == read.Id || m.Id == unread.Id)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.RemovedAt, host.Clock.UtcNow).SetProperty(x => x.Payload, "")));

        MarksIn(await talk.Buyer.Page(talk.Url)).ShouldBe(["읽음", "", ""]);
    }

    [Fact]
    public async Task The_marks_are_in_English_too()
    {
        var talk = await Conversation.Create(host);
        var read = await talk.Send(talk.Buyer, "one");
        await talk.MarkRead(talk.Seller, read.Id);
        await talk.Send(talk.Buyer, "two");

        var page = await talk.Buyer.Scenario(s =>
        {
            s.Get.Url(talk.Url);
            s.WithRequestHeader("Accept-Language", "en");
        });

        MarksIn(page.ReadAsHtml()).ShouldBe(["Read", "1Not read yet"]);
    }

    [Fact]
    public async Task What_a_script_puts_on_the_page_brings_its_marks_along_hidden()
    {
        var talk = await Conversation.Create(host);

        var page = (await talk.Buyer.Scenario(s => s.Get.Url(talk.Url))).ReadAsText();

        var template = new HtmlParser().ParseDocument(
            page[page.IndexOf("<template id=\"message-mine\">", StringComparison.Ordinal)..]
                .Replace("template", "div", StringComparison.Ordinal));
        template.QuerySelectorAll("#message-mine [data-receipt][hidden]").Length.ShouldBe(2);
        template.QuerySelectorAll("#message-theirs [data-receipt]").ShouldBeEmpty();
    }

    [Fact]
    public async Task With_the_flag_off_there_are_none_and_the_talk_goes_on()
    {
        await using var without = new MarketHost().With("FeatureManagement:ReadReceipts", "false");
        var talk = await Conversation.Create(without);
        await talk.Send(talk.Buyer, "하나");
        await talk.MarkRead(talk.Seller, (await talk.Send(talk.Buyer, "둘")).Id);

        var page = await talk.Buyer.Page(talk.Url);

        page.QuerySelectorAll("[data-messages] .message").Length.ShouldBe(2);
        page.DocumentElement.OuterHtml.ShouldNotContain("receipt", Case.Insensitive);
    }

    private static IEnumerable<string> MarksIn(IParentNode page) => page.QuerySelectorAll("[data-messages] .message")
        .Select(message => string.Concat(message.QuerySelectorAll("[data-receipt]:not([hidden])").Select(mark => mark.TextContent)));
}
