using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>
/// The measurable properties of the pages' appearance: they are accessible according to axe, they fit the smallest phone and the lowest
/// window, and nothing vanishes in forced colours.
/// </summary>
public sealed class AccessibilityAndLayoutTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const int Phone = 390;
    private const int SmallestPhone = 320;
    private const int Desktop = 1280;
    private const int Tall = 2400;
    private const int ZoomedHeight = 256; // A window of 1280 x 1024 px at 400 %, as in WCAG 1.4.10.

    // Each has the maximum length and no place for a line break.
    private static readonly string LongName = new('W', 15);
    private static readonly string LongTitle = new('W', 60);
    private static readonly string LongMessage = $"https://example.com/{new string('w', 500)}";

    [BrowserFact]
    public async Task Axe_finds_nothing_on_a_phone_in_the_light() => await ShouldSatisfyAxe(Phone, ColorScheme.Light);

    [BrowserFact]
    public async Task Axe_finds_nothing_on_a_phone_in_the_dark() => await ShouldSatisfyAxe(Phone, ColorScheme.Dark);

    [BrowserFact]
    public async Task Axe_finds_nothing_on_a_desktop_in_the_light() => await ShouldSatisfyAxe(Desktop, ColorScheme.Light);

    [BrowserFact]
    public async Task Axe_finds_nothing_on_a_desktop_in_the_dark() => await ShouldSatisfyAxe(Desktop, ColorScheme.Dark);

    [BrowserFact]
    public async Task Nothing_scrolls_sideways_on_the_smallest_phone() =>
        await VisitEveryPage(SmallestPhone, ColorScheme.Light, async page =>
    {
        var width = await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth");
        return width <= SmallestPhone ? [] : [$"is {width} px wide"];
    });

    [BrowserFact]
    public async Task Nothing_scrolls_sideways_with_text_twice_as_large() =>
        await VisitEveryPage(SmallestPhone, ColorScheme.Light, async page =>
    {
        await page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
        var width = await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth");
        return width <= SmallestPhone ? [] : [$"is {width} px wide"];
    });

    [BrowserFact]
    public async Task Nothing_loses_its_edge_in_forced_colours_on_a_phone() => await ShouldKeepEdges(Phone, ColorScheme.Light);

    [BrowserFact]
    public async Task Nothing_loses_its_edge_in_dark_forced_colours_on_a_desktop() => await ShouldKeepEdges(Desktop, ColorScheme.Dark);

    [BrowserFact]
    public async Task The_open_room_is_marked_in_the_list_in_forced_colours()
    {
        var talk = await CreateWithLongTexts();
        await host.AddRoom(talk.Product, (await host.SignedIn("charlie")).Id);
        var page = await Device(host, talk.Seller, width: Desktop);
        await page.Open(talk.Url);
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });

        var open = await page.Locator(".room-card__link[aria-current]").BoundingBoxAsync();
        var other = await page.Locator(".room-card__link:not([aria-current])").BoundingBoxAsync();

        using var picture = await page.Picture();
        picture.ColorAt(open!.X + 3, open.Y + 10).ShouldNotBe(picture.ColorAt(other!.X + 3, other.Y + 10));
    }

    [BrowserFact]
    public async Task The_log_has_room_at_400_percent_whatever_the_composer_holds()
    {
        var talk = await CreateWithLongTexts();
        var page = await Device(host, talk.Seller, width: SmallestPhone, height: ZoomedHeight);
        await page.OpenRoom(talk.Url);
        await ShouldLeaveRoom(0.5);

        await page.Composer().FillAsync(string.Join('\n', Enumerable.Range(1, 20)));
        await ShouldLeaveRoom(0.3);
        await page.EvaluateAsync("""
            () => {
              const more = document.createElement('p'); // As high as photos, an error and a counter together.
              more.style.height = '300px';
              document.querySelector('[data-composer]').prepend(more);
            }
            """);
        await ShouldLeaveRoom(0.3);

        await page.Locator(".room__product").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/products/{talk.Product.Id}$"));

        async Task ShouldLeaveRoom(double part)
        {
            var log = await page.EvaluateAsync<int>("document.querySelector('[data-scroll]').clientHeight");
            log.ShouldBeGreaterThan((int)(part * ZoomedHeight));
            (await page.EvaluateAsync<int>("document.scrollingElement.scrollHeight")).ShouldBe(ZoomedHeight);
            await Expect(page.Locator(".composer__send")).ToBeInViewportAsync(new() { Ratio = 0.1f });
        }
    }

    [BrowserFact]
    public async Task Bars_do_not_cover_what_has_the_focus_at_400_percent() =>
        await VisitEveryPage(SmallestPhone, ColorScheme.Light, async page =>
    {
        var covered = new List<string>();
        for (var press = 0; press < 30; press++)
        {
            await page.Keyboard.PressAsync("Tab");
            var name = await page.EvaluateAsync<string?>("""
                () => {
                  const { activeElement: element } = document;
                  if (!element || element === document.body) return null;
                  const { x, y, width, height } = element.getBoundingClientRect();
                  const parts = [0.1, 0.3, 0.5, 0.7, 0.9];
                  const isFree = parts.some(across => parts.some(down => {
                    const top = document.elementFromPoint(x + across * width, y + down * height);
                    return top && (element.contains(top) || top.contains(element) || top.closest('label'));
                  }));
                  return isFree ? null : element.outerHTML.slice(0, 80);
                }
                """);
            if (name is not null) covered.Add($"covers {name}");
        }

        return covered;
    }, height: ZoomedHeight);

    [BrowserFact]
    public async Task Dialogs_keep_to_their_content()
    {
        var talk = await CreateWithLongTexts();
        foreach (var height in new[] { Phone, ZoomedHeight })
        {
            var page = await Device(host, talk.Seller, width: Phone, height: height);
            await page.OpenRoom(talk.Url);

            // WebKit stretches a dialog that is a grid or a flexible box.
            var found = await page.EvaluateAsync<string[]>("""
                () => Array.from(document.querySelectorAll('dialog'), dialog => {
                  dialog.showModal();
                  const { display } = getComputedStyle(dialog);
                  const { top, bottom } = dialog.getBoundingClientRect();
                  const last = dialog.lastElementChild.getBoundingClientRect();
                  const isWhole = dialog.clientHeight === innerHeight; // The photo viewer
                  const fits = isWhole || dialog.scrollHeight > dialog.clientHeight || bottom - last.bottom < 24;
                  dialog.close();
                  const isSound = display === 'block' && top >= 0 && bottom <= innerHeight && fits;
                  return isSound ? '' : `${dialog.className} ${display} ${top} ${bottom}`;
                }).filter(Boolean)
                """);

            found.ShouldBeEmpty();
        }
    }

    [BrowserFact]
    public async Task The_ring_round_a_found_message_is_in_front_of_the_next_message()
    {
        var talk = await Conversation.Create(host);
        var found = await talk.Send(talk.Seller, "찾은 말");
        await talk.Send(talk.Seller, "다음 말");
        var page = await Device(host, talk.Buyer);
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce }); // The ring stays.
        await page.Open($"{talk.Url}?at={found.Id}#at");

        var bubble = (await page.Locator(".message:target .message__bubble").BoundingBoxAsync())!;

        using var picture = await page.Picture();
        var next = (await page.Locator(".message:target + .message .message__bubble").BoundingBoxAsync())!;
        next.Y.ShouldBeLessThan(bubble.Y + bubble.Height + 4);
        picture.ColorAt(bubble.X + (bubble.Width / 2), bubble.Y + bubble.Height + 4).ShouldBe("#c84b00");
        picture.ColorAt(bubble.X + (bubble.Width / 2), bubble.Y - 5).ShouldBe("#c84b00");
    }

    [BrowserFact]
    public async Task Two_rooms_with_one_seller_differ_in_the_list_on_the_smallest_phone()
    {
        var talk = await CreateWithLongTexts();
        var other = await host.AddProduct(talk.Seller.Id, "통기타");
        await host.AddRoom(other, talk.Buyer.Id);
        var page = await Device(host, talk.Buyer, width: SmallestPhone);
        await page.Open("/chat");

        var boxes = await page.TextBoxes();

        boxes.ShouldContain(box => box.Name == "통기타" && box.Width > 20 && box.Height > 10);
        boxes.ShouldContain(box => box.Name == LongTitle.Substring(0, 30) && box.Height > 10);
    }

    private Task ShouldKeepEdges(int width, ColorScheme scheme) => VisitEveryPage(width, scheme, async page =>
    {
        await page.EvaluateAsync("""
            () => {
              const mine = document.querySelector('.message--mine');
              if (!mine) return;
              for (const state of ['sending', 'failed']) {
                const pending = mine.cloneNode(true);
                pending.dataset.state = state;
                mine.parentElement.append(pending);
              }
              document.querySelector('[data-trouble]').hidden = false;
              document.querySelector('[data-trouble]').textContent = '연결이 불안정해요.';
              document.querySelector('[data-unseen-button]').hidden = false;
            }
            """);
        await page.MarkFilled();
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        var filled = await page.FilledBoxes();
        var texts = await page.TextBoxes();
        using var picture = await page.Picture();
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.None });
        return
        [
            .. filled.Where(box => !picture.HasEdge(box)).Select(box => $"{box} has no edge"),
            .. texts.Where(box => !picture.HasLegibleText(box)).Select(box => $"{box} is illegible"),
        ];
    }, Tall);

    private Task ShouldSatisfyAxe(int width, ColorScheme scheme) => VisitEveryPage(width, scheme, async page => await page.AxeViolations());

    private async Task VisitEveryPage(
        int width, ColorScheme scheme, Func<IPage, Task<IEnumerable<string>>> complaints, int height = 780)
    {
        var talk = await CreateWithLongTexts();
        using var device = new FakeAuthenticator(host.Url);
        await device.AddTo(talk.Seller, new string('W', 40));
        var visitor = await Device(host, width: width, height: height, scheme: scheme);
        var seller = await Device(host, talk.Seller, width: width, height: height, scheme: scheme);
        var found = new List<string>();

        foreach (var url in new[] { "/", $"/products/{talk.Product.Id}", "/account/sign-in", "/account/sign-up", "/account/deleted" })
        {
            await Visit(visitor, url);
        }

        foreach (var url in new[] { "/products/post", "/account/profile", "/account/password", "/account/passkeys", "/account/delete",
            "/developers/flags" })
        {
            await Visit(seller, url);
        }

        foreach (var url in new[] { talk.Url, "/chat", $"/chat?product={talk.Product.Id}" }) await Visit(seller, url);

        await talk.Buyer.Submit("/account/delete", "form[data-delete-account]", ("password", MarketHost.Password));
        foreach (var url in new[] { "/chat", talk.Url }) await Visit(seller, url);

        found.ShouldBeEmpty();

        async Task Visit(IPage page, string url)
        {
            await page.Open(url);
            found.AddRange((await complaints(page)).Select(complaint => $"{url} {complaint}"));
        }
    }

    private async Task<Conversation> CreateWithLongTexts()
    {
        var seller = await host.SignedIn("alice");
        var buyer = await host.SignedIn(LongName);
        var product = await host.AddProduct(seller.Id, LongTitle, Product.MaxPrice);
        var talk = new Conversation(host, seller, buyer, product, await host.AddRoom(product, buyer.Id));
        await talk.Send(seller, LongMessage);
        await talk.Send(buyer, LongMessage);
        return talk;
    }
}
