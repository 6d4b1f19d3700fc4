using MarketChat.Tests.Support;

namespace MarketChat.Tests.Browser.Modules;

public sealed class LinkifierTests(KestrelHost host) : ModuleTest(host)
{
    [BrowserFact]
    public async Task Links_are_found_as_the_server_finds_them()
    {
        var page = await Blank();

        var found = await page.EvaluateAsync<string[][]>("""
            async json => {
              const { linkify } = await import('/js/linkify.js');
              return JSON.parse(json).map(({ text }) => linkify(text).map(segment =>
                typeof segment === 'string' ? segment : `[${segment.getAttribute('href')}]`));
            }
            """, SharedCases.Json("linkify"));

        found.Length.ShouldBe(SharedCases.Linkify.Count);
        foreach (var (expected, segments) in SharedCases.Linkify.Zip(found)) segments.ShouldBe(expected.Segments, expected.Text);
    }

    [BrowserFact]
    public async Task Nothing_of_the_text_is_lost()
    {
        var page = await Blank();

        var texts = await page.EvaluateAsync<string[]>("""
            async json => {
              const { linkify } = await import('/js/linkify.js');
              return JSON.parse(json).map(({ text }) => linkify(text).map(segment => segment.textContent ?? segment).join(''));
            }
            """, SharedCases.Json("linkify"));

        texts.ShouldBe(SharedCases.Linkify.Select(expected => expected.Text));
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
        link.ShouldBe($"""<a class="message__link" href="{Address}" dir="ltr" rel="nofollow noopener ugc" target="_blank">{Address}</a>""");
    }
}
