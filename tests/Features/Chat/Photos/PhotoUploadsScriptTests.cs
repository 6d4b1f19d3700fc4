using System.Reflection;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Browser.Modules;

namespace MarketChat.Tests.Features.Chat.Photos;

/// <summary>The module that uploads the photos of a message.</summary>
public sealed class PhotoUploadsScriptTests(KestrelHost host) : ModuleTest(host)
{
    private static readonly string _root = typeof(PhotoUploadsScriptTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "AppRoot").Value!;

    [BrowserFact]
    public async Task A_message_deleted_while_its_photos_are_read_is_not_sent()
    {
        var page = await Blank("<form></form>");
        var sent = 0;
        await page.RouteAsync("**/module-test/photos/**", route =>
        {
            sent++;
            return route.AbortAsync();
        });
        await page.RouteAsync("**/photo-uploads.js", route => route.FulfillAsync(new()
        {
            ContentType = "text/javascript",
            Path = Path.Combine(_root, "Features", "Chat", "Photos", "photo-uploads.js"),
        }));

        var outcome = await page.EvaluateAsync<string>("""
            async () => {
              const { PhotoUploads } = await import('/photo-uploads.js');
              const reading = Promise.withResolvers();
              const room = { url: '/module-test', form: document.querySelector('form') };
              const uploads = new PhotoUploads(room, { get: () => reading.promise }, { showProgress: () => {} });
              const attempt = new AbortController();
              uploads.expect('1');
              const sending = uploads.send({ clientId: '1', photos: [{}] }, attempt.signal);
              attempt.abort();
              reading.resolve([new Blob(['a picture'])]);
              return sending.then(() => 'sent', error => error.name);
            }
            """);

        outcome.ShouldBe("AbortError");
        sent.ShouldBe(0);
    }
}
