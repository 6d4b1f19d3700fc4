using System.Collections.Concurrent;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Text;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Identity;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>
/// Injection attacks in every field that users can write, on every page that shows it. Nothing may run, try to run (the content security
/// policy would report it), leave the page or break its layout.
/// </summary>
public sealed class InjectionTests : BrowserTest
{
    private const int Width = 390;
    private const int RoomsOnAPage = 20;
    private const int InOneDescription = 3;

    private readonly ConcurrentQueue<string> _alarms = new();

    [BrowserFact]
    public void There_are_many_and_each_is_there_once()
    {
        Injections.All.Length.ShouldBeGreaterThan(150);
        Injections.All.Distinct(StringComparer.Ordinal).Count().ShouldBe(Injections.All.Length);
    }

    [BrowserFact]
    public async Task What_is_on_the_watch_notices_markup_that_would_run()
    {
        await using var host = new KestrelHost();
        var page = await Watched(host);
        await page.Open("/");

        await page.EvaluateAsync("""
            () => {
              const picture = document.createElement('img');
              try { picture.setAttribute('onerror', 'pwn()'); } catch { /* Trusted Types */ }
              document.querySelector('main').append(picture);
              picture.src = 'data:,';
            }
            """);
        await Wait.Until(() => !_alarms.IsEmpty, "the policy's report");
        _alarms.Clear();
        await page.EvaluateAsync("() => pwn()");
        await Inspect(page, "a page on which it ran");

        _alarms.ShouldContain(alarm => alarm.Contains("ran"));
    }

    [BrowserFact]
    public async Task In_messages_nothing_of_it_runs_neither_as_the_page_brings_them_nor_as_they_arrive()
    {
        await using var host = new KestrelHost();
        var talk = await Conversation.Create(host);
        var page = await Watched(host, talk.Seller);
        await page.Open(talk.Url);

        foreach (var text in Injections.All) await talk.Send(talk.Buyer, text);

        await Expect(page.Locator("[data-messages] [data-text]").Last).ToHaveTextAsync(Injections.All[^1], new() { Timeout = 60_000 });
        var texts = await page.Texts();
        texts.ShouldBe(Injections.All.Select(PlainText.NormalizeInput).TakeLast(texts.Count));
        await Inspect(page, "the room as messages arrive");

        for (var url = talk.Url; url is not null;)
        {
            await Visit(page, url);
            var older = (await talk.Seller.Page(url)).QuerySelector("[data-older]:not([hidden]) a")?.GetAttribute("href");
            url = older is null ? null : talk.Url + older;
        }

        _alarms.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task In_products_rooms_and_names_nothing_of_it_runs()
    {
        await using var host = new KestrelHost();
        var seller = await host.SignedIn("seller");
        var rooms = await Fill(host, seller);
        var page = await Watched(host, seller);

        for (var url = "/"; url is not null; url = await Next(page, "a[rel=next]")) await Visit(page, url);
        for (var url = "/chat"; url is not null; url = await Next(page, ".room-list__older")) await Visit(page, url);
        foreach (var room in rooms.Where((_, i) => i % InOneDescription == 0)) await Visit(page, $"/products/{room.Product.Id}");
        foreach (var room in rooms.Where((_, i) => i % RoomsOnAPage == 0)) await Visit(page, room.Url);

        // Then the list as its script renders it.
        await page.Open("/chat");
        var newest = rooms[..RoomsOnAPage];
        foreach (var (room, text) in newest.Zip(Injections.All)) await room.Send(room.Buyer, text);
        await Expect(page.Locator($"[data-room-list] [data-room-id='{newest[^1].RoomId}']")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-preview]").First).ToHaveTextAsync(PlainText.NormalizeInput(Injections.All[RoomsOnAPage - 1]));
        await Inspect(page, "the list as messages arrive");
        _alarms.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task In_names_nothing_of_it_runs_on_ones_own_page()
    {
        await using var host = new KestrelHost();
        foreach (var name in Names())
        {
            var user = await host.AddUser("newcomer");
            await host.Data(async db =>
            {
                db.Users.Attach(user);
                (user.UserName, user.NormalizedUserName) = (name, name.ToUpperInvariant());
                return await db.SaveChangesAsync();
            });
            var page = await (await Watched(host)).SignIn(name);
            await Visit(page, "/account/profile");
            (await page.TextContentAsync(".profile__name")).ShouldBe(name);
        }

        _alarms.ShouldBeEmpty();
    }

    /// <summary>
    /// Creates a product and a room for each injection, which is the title (truncated), the start of the description and the last message.
    /// </summary>
    private static async Task<List<Conversation>> Fill(KestrelHost host, TestBrowser seller)
    {
        var photo = await host.AddPhoto(seller.Id);
        var buyers = await Task.WhenAll(Names().Select(name => host.SignedIn(name)));
        var products = Injections.All.Select((text, i) => new Product
        {
            Title = PlainText.NormalizeInput(text)
                .Replace('\n', ' ')[..Math.Min(PlainText.NormalizeInput(text).Length, Product.MaxTitleLength)],
            Price = 1_000,
            Description = PlainText.NormalizeInput(string.Join('\n', Injections.All.Skip(i).Take(InOneDescription))),
            SellerId = seller.Id,
            CreatedAt = host.Clock.UtcNow,
            Photos = { new ProductPhoto { Name = photo.Name, Width = photo.Width, Height = photo.Height } },
        }).ToList();
        await host.Data(async db =>
        {
            db.AddRange(products);
            return await db.SaveChangesAsync();
        });
        var rooms = products
            .Select((product, i) => ChatRoom.Create(buyers[i % buyers.Length].Id, seller.Id, product.Id, host.Clock.UtcNow)).ToList();
        await host.Data(async db =>
        {
            db.AddRange(rooms);
            return await db.SaveChangesAsync();
        });
        var talks = rooms.Select((room, i) => new Conversation(host, seller, buyers[i % buyers.Length], products[i], room.Id)).ToList();
        foreach (var (talk, text) in talks.Zip(Injections.All)) await talk.Send(talk.Buyer, text);
        return talks;
    }

    private static IEnumerable<string> Names()
    {
        var names = Injections.All.Where(UserNameValidator.IsValid)
            .Concat(["javascript", "onerror-pwn", "script.src", "alert_1", "innerHTML"])
            .ToList();
        names.Count.ShouldBeGreaterThan(5);
        return names;
    }

    private static async Task<string?> Next(IPage page, string link) =>
        await page.Locator(link).CountAsync() == 0 ? null : await page.Locator(link).First.GetAttributeAsync("href");

    private async Task Visit(IPage page, string url)
    {
        await page.GotoAsync(url, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await Inspect(page, url);
    }

    private async Task Inspect(IPage page, string where)
    {
        var found = await page.EvaluateAsync<int[]>("() => [window.pwned, document.scrollingElement.scrollWidth]");
        if (found[0] > 0) _alarms.Enqueue($"{where}: ran");
        if (found[1] > Width) _alarms.Enqueue($"{where}: {found[1]} px wide");
    }

    private async Task<IPage> Watched(KestrelHost host, TestBrowser? person = null)
    {
        var page = await Device(host, person, width: Width);
        await page.AddInitScriptAsync("window.pwned = 0; window.pwn = () => { window.pwned++; };");
        page.Dialog += async (_, dialog) =>
        {
            _alarms.Enqueue($"{page.Url}: dialog {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.PageError += (_, error) => _alarms.Enqueue($"{page.Url}: {error}");
        page.Popup += (_, popup) => _alarms.Enqueue($"{page.Url}: popup {popup.Url}");
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _alarms.Enqueue($"{page.Url}: {message.Text}");
        };
        return page;
    }
}
