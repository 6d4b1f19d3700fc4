using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser;

/// <summary>
/// The measurable properties of the pages' appearance: they are accessible according to axe, and they fit the smallest phone.
/// </summary>
public sealed class AccessibilityAndLayoutTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const int Phone = 390;
    private const int SmallestPhone = 320;
    private const int Desktop = 1280;

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

    private Task ShouldSatisfyAxe(int width, ColorScheme scheme) => VisitEveryPage(width, scheme, async page => await page.AxeViolations());

    private async Task VisitEveryPage(int width, ColorScheme scheme, Func<IPage, Task<IEnumerable<string>>> complaints)
    {
        var talk = await CreateWithLongTexts();
        using var device = new FakeAuthenticator(host.Url);
        await device.AddTo(talk.Seller, new string('W', 40));
        var visitor = await Device(host, width: width, scheme: scheme);
        var seller = await Device(host, talk.Seller, width: width, scheme: scheme);
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
