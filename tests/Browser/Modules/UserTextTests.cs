using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>Words of users do not change what is around them on the screen.</summary>
public sealed class UserTextTests(KestrelHost host) : ModuleTest(host)
{
    [BrowserFact]
    public async Task Stacked_accents_paint_over_nothing_outside_their_element()
    {
        var page = await Blank(
            """
            <div style="height: 300px"></div>
            <h1 dir="auto" data-words></h1>
            <div class="message message--theirs"><p class="message__bubble" dir="auto" data-words></p></div>
            <span style="display: block" dir="auto" data-words></span>
            """,
            styles: true);

        foreach (var (index, element) in (await page.Locator("[data-words]").AllAsync()).Index())
        {
            await Write(page, index, "a");
            var box = (await element.BoundingBoxAsync())!;
            var above = new Clip { X = 0, Y = 0, Width = 400, Height = box.Y };
            var before = await page.ScreenshotAsync(new() { Clip = above });

            await Write(page, index, "a" + new string('\u0301', 60));

            (await page.ScreenshotAsync(new() { Clip = above })).ShouldBe(before);
            await Write(page, index, "");
        }
    }

    [BrowserFact]
    public async Task A_direction_mark_in_a_message_does_not_turn_a_link()
    {
        var page = await Blank("<p class=\"message__bubble\" dir=\"auto\"></p>", styles: true);

        var isLeftToRight = await page.EvaluateAsync<bool>("""
            async () => {
              const { linkify } = await import('/js/linkify.js');
              const bubble = document.querySelector('p');
              bubble.replaceChildren(...linkify('\u202ehttps://example.com/abc'));
              const text = bubble.querySelector('a').firstChild;
              const left = index => {
                const range = document.createRange();
                range.setStart(text, index);
                range.setEnd(text, index + 1);
                return range.getBoundingClientRect().left;
              };
              return left(0) < left(8) && left(8) < left(20);
            }
            """);

        isLeftToRight.ShouldBeTrue();
    }

    private static Task Write(IPage page, int index, string text) => page.EvaluateAsync(
        "([index, text]) => { document.querySelectorAll('[data-words]')[index].textContent = text; }", new object[] { index, text });
}
