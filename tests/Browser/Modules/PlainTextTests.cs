using MarketChat.Tests.Support;

namespace MarketChat.Tests.Browser.Modules;

public sealed class PlainTextTests(KestrelHost host) : ModuleTest(host)
{
    [BrowserFact]
    public async Task Text_is_blank_and_characters_are_counted_as_on_the_server()
    {
        var page = await Blank();

        var found = await page.EvaluateAsync<string[]>("""
            async json => {
              const { isBlank, countCharacters } = await import('/js/plain-text.js');
              return JSON.parse(json).map(({ text }) => `${isBlank(text)} ${countCharacters(text)}`);
            }
            """, SharedCases.Json("characters"));

        found.Length.ShouldBe(SharedCases.Characters.Count);
        foreach (var (expected, actual) in SharedCases.Characters.Zip(found))
        {
            actual.ShouldBe(
                $"{(expected.IsBlank ? "true" : "false")} {expected.Count}", string.Join(' ', expected.Text.Select(c => $"{(int)c:X4}")));
        }
    }
}
