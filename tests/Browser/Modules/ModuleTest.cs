using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>
/// What the tests of single modules share: a page of the app's own origin with nothing on it but what the test puts there, and a
/// clock that only the test turns. An error that the page did not catch fails the test.
/// </summary>
public abstract class ModuleTest(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private static readonly DateTime _start = new(2026, 11, 22, 3, 0, 0, DateTimeKind.Utc);

    private static readonly string[] _sheets = ["tokens", "base", "shell", "chat"];

    private readonly List<string> _errors = [];

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _errors.ShouldBeEmpty();
    }

    protected KestrelHost Host => host;

    /// <summary>A blank page, in a browser of its own unless it is given one.</summary>
    protected async Task<IPage> Blank(
        string body = "", string language = "ko", bool styles = false, IPage? page = null, string zone = "Asia/Seoul")
    {
        page ??= await Device(host, zone: zone);
        page.PageError += (_, error) => _errors.Add(error);
        var sheets = styles ? string.Concat(_sheets.Select(sheet => $"<link rel=\"stylesheet\" href=\"/css/{sheet}.css\">")) : "";
        var justNow = language == "ko" ? "방금" : "just now";
        await page.RouteAsync("**/module-test", route => route.FulfillAsync(new()
        {
            ContentType = "text/html; charset=utf-8",
            Body = $"""
                <!DOCTYPE html>
                <html lang="{language}" data-just-now="{justNow}">
                <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <link rel="icon" href="data:,">{sheets}</head>
                <body>{body}</body>
                </html>
                """,
        }));
        await page.GotoAsync("/module-test");
        return page;
    }

    /// <summary>From here on only the test turns the page's clock.</summary>
    protected static async Task StopTheClock(IPage page)
    {
        await page.Clock.InstallAsync(new() { TimeDate = _start });
        await page.Clock.PauseAtAsync(_start.AddSeconds(1));
    }

    /// <summary>Writes down in <c>answers</c> the status of every answer, once the module has had the time to deal with it.</summary>
    protected static async Task CountAnswers(IPage page) => await page.EvaluateAsync("""
        () => {
          const { fetch } = window;
          window.answers = [];
          window.fetch = async (...question) => {
            const answer = await fetch(...question);
            answer.clone().text().then(() => fetch('data:,')).then(() => answers.push(answer.status));
            return answer;
          };
        }
        """);

    protected static async Task Hide(IPage page) => await page.EvaluateAsync("""
        () => {
          Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """);

    protected static async Task Show(IPage page) => await page.EvaluateAsync("""
        () => {
          delete document.hidden;
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """);

    protected static async Task Until(IPage page, string condition) => await page.WaitForFunctionAsync($"() => {condition}");

    protected async Task<string> EmptyRoom(string selector, string language = "ko")
    {
        var talk = await Conversation.Create(host);
        var reader = await host.SignedIn("carol", language);
        return await Markup(reader, $"/chat/{await host.AddRoom(talk.Product, reader.Id)}", selector);
    }

    /// <summary>The piece of a page as the server writes it, without the scripts that would bring it to life.</summary>
    protected static async Task<string> Markup(TestBrowser visitor, string url, string selector)
    {
        var piece = (await visitor.Page(url)).QuerySelector(selector).ShouldNotBeNull();
        foreach (var script in piece.QuerySelectorAll("script")) script.Remove();
        return piece.OuterHtml;
    }
}
