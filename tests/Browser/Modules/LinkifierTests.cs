using MarketChat.Tests.Features.Chat;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

public sealed class LinkifierTests(KestrelHost host) : ModuleTest(host)
{
    [BrowserFact]
    public async Task Links_are_found_as_the_server_finds_them()
    {
        var page = await Blank();

        foreach (var (text, pieces) in LinkifierCases.All)
        {
            (await Pieces(page, text)).ShouldBe(pieces, text);
        }
    }

    [BrowserFact]
    public async Task A_link_opens_elsewhere_and_hands_nothing_on()
    {
        var page = await Blank();

        var link = await page.EvaluateAsync<string>("""
            async () => {
              const { linkify } = await import('/js/linkify.js');
              return linkify('https://example.com/?a="b')[0].outerHTML;
            }
            """);

        const string Address = "https://example.com/?a=";
        link.ShouldBe($"""<a class="message__link" href="{Address}" rel="nofollow noopener ugc" target="_blank">{Address}</a>""");
    }

    /// <summary>Text as it is, links in brackets.</summary>
    private static async Task<string[]> Pieces(IPage page, string text) => await page.EvaluateAsync<string[]>("""
        async text => {
          const { linkify } = await import('/js/linkify.js');
          return linkify(text).map(piece => typeof piece === 'string' ? piece : `[${piece.getAttribute('href')}]`);
        }
        """, text);
}
