using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>
/// Base class for tests of single JavaScript modules: a page of the app's origin with only the content that the test adds, and a clock that
/// only the test advances. An error that the page does not catch fails the test.
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

    /// <summary>A blank page, in a new browser context unless <paramref name="page"/> is given.</summary>
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

    /// <summary>From now on, only the test advances the page's clock.</summary>
    protected static async Task StopTheClock(IPage page, DateTime? start = null)
    {
        await page.Clock.InstallAsync(new() { TimeDate = start ?? _start });
        await page.Clock.PauseAtAsync((start ?? _start).AddSeconds(1));
    }

    /// <summary>Records the status of every response in <c>answers</c>, once the module has had time to process it.</summary>
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

    /// <summary>The matching element of a page as the server renders it, without its scripts.</summary>
    protected static async Task<string> Markup(TestBrowser visitor, string url, string selector)
    {
        var piece = (await visitor.Page(url)).QuerySelector(selector).ShouldNotBeNull();
        foreach (var script in piece.QuerySelectorAll("script")) script.Remove();
        return piece.OuterHtml;
    }
}
