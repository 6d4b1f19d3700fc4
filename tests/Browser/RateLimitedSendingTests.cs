using MarketChat.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>A user who sends messages faster than the limit allows.</summary>
public sealed class RateLimitedSendingTests : BrowserTest
{
    private const int MessagesPerMinute = 12; // The token bucket holds as many, and refills with one every five seconds.

    [BrowserFact]
    public async Task What_is_sent_too_fast_waits_and_goes_out_in_order()
    {
        await using var market = new KestrelHost();
        market.With("RateLimits:Enabled", "true").With("RateLimits:MessagesPerMinute", $"{MessagesPerMinute}");
        var talk = await Conversation.Create(market);
        var page = await Device(market, talk.Buyer);
        await page.Open(talk.Url);
        var refusals = 0;
        page.Response += (_, answer) => refusals += answer.Status == 429 ? 1 : 0;
        var token = await talk.Buyer.Token();
        await Wait.Until(async () => await SendNothing() == 429, "another device of theirs has used up the limit");

        string[] texts = ["하나", "둘"];
        foreach (var text in texts) await page.Say(text);

        await Expect(page.Stored()).ToHaveCountAsync(texts.Length, new() { Timeout = 60_000 });
        (await page.Texts()).ShouldBe(texts);
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(texts);
        refusals.ShouldBeGreaterThan(0, "it was not too fast");

        async Task<int> SendNothing() => (await talk.Buyer.Scenario(s =>
        {
            s.Post.Form(("payload", "")).ToUrl($"{talk.Url}/send");
            s.AsScript(token);
            s.IgnoreStatusCode();
        })).StatusCode;
    }
}
