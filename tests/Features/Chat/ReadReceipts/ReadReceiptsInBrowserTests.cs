using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Chat.ReadReceipts;

public sealed class ReadReceiptsInBrowserTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    [BrowserFact]
    public async Task The_1_goes_and_read_comes_the_moment_the_other_reads_without_another_request_and_nothing_moves()
    {
        foreach (var width in new[] { 320, 360, 1280 })
        {
            var (page, talk) = await OpenRoom(width);
            foreach (var text in new[] { "하나", "아주 긴 말이라서 여러 줄에 걸쳐서 보이게 될 말풍선이에요. 폭이 좁으면 더 그래요. 그렇죠?", "셋" }) await page.Say(text);
            await Expect(page.Locator("[data-receipt=unread]:visible")).ToHaveCountAsync(3);
            await page.Say("넷");
            await Expect(page.Locator("[data-receipt=unread]:visible")).ToHaveCountAsync(4);
            var before = await Places(page);
            var asked = new List<string>();
            page.Request += (_, request) => asked.Add(request.Url);

            await talk.MarkRead(talk.Seller, (await talk.Poll(talk.Seller)).Messages[2].Id);

            await Expect(Mark(page, 2, "seen")).ToBeVisibleAsync();
            await Expect(page.Locator("[data-receipt=seen]:visible")).ToHaveCountAsync(1);
            await Expect(page.Locator("[data-receipt=unread]:visible")).ToHaveCountAsync(1);
            (await Places(page)).ShouldBe(before, $"{width} px");

            await talk.MarkRead(talk.Seller, (await talk.Poll(talk.Seller)).Messages[3].Id);
            await Expect(Mark(page, 3, "seen")).ToBeVisibleAsync();
            await Expect(page.Locator("[data-receipt=seen]:visible")).ToHaveCountAsync(1);
            (await Places(page)).ShouldBe(before, $"{width} px");
            asked.ShouldAllBe(url => url.Contains("handler=Messages", StringComparison.Ordinal)
                || url.Contains("handler=Rooms", StringComparison.Ordinal));
            await page.Context.CloseAsync();
        }
    }

    [BrowserFact]
    public async Task What_is_not_stored_yet_has_no_mark()
    {
        var (page, _) = await OpenRoom();
        var release = new TaskCompletionSource();
        await page.RouteAsync("**/send", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });

        await page.Say("가는 중");
        await Expect(page.Messages()).ToHaveAttributeAsync("data-state", "sending");
        (await page.Locator("[data-receipt]:visible").CountAsync()).ShouldBe(0);
        release.SetResult();

        await Expect(Mark(page, 0, "unread")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task What_scrolls_in_from_the_past_is_marked_as_what_was_there()
    {
        var talk = await Conversation.Create(host);
        var first = await talk.Send(talk.Buyer, "처음");
        for (var i = 0; i < 60; i++) await talk.Send(talk.Buyer, $"말 {i}");
        await talk.MarkRead(talk.Seller, first.Id);
        var page = await Device(host, talk.Buyer);
        await page.Open(talk.Url);

        await page.EvaluateAsync("document.querySelector('[data-scroll]').scrollTop = -1e6");
        await Expect(page.Messages()).ToHaveCountAsync(61);

        await Expect(Mark(page, 0, "seen")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-receipt=seen]:visible")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-receipt=unread]:visible")).ToHaveCountAsync(60);
    }

    private async Task<(IPage Page, Conversation Talk)> OpenRoom(int width = 390)
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Buyer, width: width);
        return (await page.Open(talk.Url), talk);
    }

    private static ILocator Mark(IPage page, int message, string mark) => page.Messages().Nth(message).Locator($"[data-receipt={mark}]");

    /// <summary>The positions of every bubble and every time.</summary>
    private static async Task<IReadOnlyList<double>> Places(IPage page) => await page.EvaluateAsync<double[]>("""
        () => [...document.querySelectorAll('[data-messages] :is(.message, .message__bubble, .message__time)')]
          .flatMap(element => { const { left, top, width, height } = element.getBoundingClientRect(); return [left, top, width, height]; })
        """);
}
