using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Chat.List;

public sealed class UnsentNotesInBrowserTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    [BrowserFact]
    public async Task The_list_names_the_rooms_with_a_message_that_could_not_be_sent()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AddRoom(await host.AddProduct(talk.Seller.Id), talk.Buyer.Id);
        var page = await Device(host, talk.Buyer, width: 1280);
        await page.RouteAsync("**/send", route => route.FulfillAsync(new()
        {
            Status = 409,
            ContentType = "application/problem+json",
            Body = """{ "detail": "보낼 수 없어요.", "traceId": "1" }""",
        }));
        await page.OpenRoom(talk.Url);
        await Expect(Note(page, talk.RoomId)).ToBeHiddenAsync();

        await page.Say("갈 수 없는 말");
        await Expect(Note(page, talk.RoomId)).ToHaveTextAsync("보내지 못한 메시지가 있어요");

        await page.Open("/chat");
        await Expect(Note(page, talk.RoomId)).ToBeVisibleAsync();
        await Expect(Note(page, other)).ToBeHiddenAsync();
        await page.OpenRoom(talk.Url);
        await page.Messages().Last.Locator("[data-discard]").ClickAsync();
        await Expect(Note(page, talk.RoomId)).ToBeHiddenAsync();
    }

    private static ILocator Note(IPage page, int room) => page.Locator($"[data-room-list] [data-room-id='{room}'] [data-unsent]");
}
