namespace MarketChat.Tests.Browser.Modules;

public sealed class PhotoSourcesTests(KestrelHost host) : ModuleTest(host)
{
    [BrowserFact]
    public async Task A_photo_offers_the_copies_that_are_narrower_than_it_is()
    {
        (await Sources("{ width: 1600, sizes: '280px' }")).ShouldBe("/p | /p?width=160 160w, /p?width=640 640w, /p 1600w | 280px");
        (await Sources("{ width: 640, sizes: '280px' }")).ShouldBe("/p | /p?width=160 160w, /p 640w | 280px");
        (await Sources("{ width: 100, sizes: '280px' }")).ShouldBe("/p | /p 100w | 280px");
    }

    [BrowserFact]
    public async Task A_photo_of_unknown_width_that_is_shown_small_offers_the_copies_alone() =>
        (await Sources("{ sizes: '44px' }")).ShouldBe("/p | /p?width=160 160w, /p?width=640 640w | 44px");

    [BrowserFact]
    public async Task What_the_markup_says_of_the_size_holds() =>
        (await Sources("{ width: 100, sizes: '280px' }", "sizes='50vw'")).ShouldEndWith("| 50vw");

    private async Task<string> Sources(string options, string attributes = "")
    {
        var page = await Blank($"<img {attributes}>");
        return await page.EvaluateAsync<string>($$"""
            async () => {
              const image = document.querySelector('img');
              (await import('/js/photo-sources.js')).setPhoto(image, '/p', {{options}});
              return ['src', 'srcset', 'sizes'].map(name => image.getAttribute(name)).join(' | ');
            }
            """);
    }
}
