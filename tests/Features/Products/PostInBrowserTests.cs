using System.Text.RegularExpressions;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Products;

public sealed partial class PostInBrowserTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const string Url = "/products/post";
    private const string Submit = "[data-post-product] .form__actions button";

    [BrowserFact]
    public async Task A_form_that_outlives_its_session_comes_back_after_signing_in_with_its_words_and_photos()
    {
        var (page, seller) = await OpenForm();
        await page.SetInputFilesAsync("[data-photo-picker] input", [Photo("a"), Photo("b")]);
        await Expect(Picked(page)).ToHaveCountAsync(2);
        await page.FillAsync("[name=title]", "통기타");
        await page.FillAsync("[name=price]", "90000");
        await page.FillAsync("textarea[name=description]", "줄을 새로 갈았어요.");
        await page.Context.ClearCookiesAsync();

        await page.ClickAsync(Submit);
        await page.FillAsync("[name=userName]", seller.Name);
        await page.FillAsync("[name=password]", MarketHost.Password);
        await page.PressAsync("[name=password]", "Enter");

        await Expect(page.Locator("[name=title]")).ToHaveValueAsync("통기타");
        await Expect(page.Locator("textarea[name=description]")).ToHaveValueAsync("줄을 새로 갈았어요.");
        await Expect(Picked(page)).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-pick-again]")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("쓰던 내용은 그대로예요.");
        await page.ClickAsync(Submit);
        await Expect(page).ToHaveURLAsync(Product());
        (await host.Data(db => db.Products.Where(p => p.SellerId == seller.Id).Select(p => p.Photos.Count).SingleAsync())).ShouldBe(2);
    }

    [BrowserFact]
    public async Task A_form_that_comes_back_with_an_error_has_its_photos_still()
    {
        var (page, _) = await OpenForm();
        await page.SetInputFilesAsync("[data-photo-picker] input", Photo("a"));
        await Expect(Picked(page)).ToHaveCountAsync(1);
        await page.FillAsync("[name=title]", "통기타");
        await page.FillAsync("[name=price]", "비싸요");
        await page.FillAsync("textarea[name=description]", "좋아요");

        await page.ClickAsync(Submit);

        await Expect(page.Locator("#price-problem")).Not.ToBeEmptyAsync();
        await Expect(Picked(page)).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-pick-again]")).ToHaveCountAsync(0);
        await Picked(page).GetByRole(AriaRole.Button).ClickAsync();
        await page.ClickAsync(Submit);
        await Expect(page.Locator("#price-problem")).Not.ToBeEmptyAsync();
        await Expect(page.Locator("[data-photo-picker][data-ready]")).ToBeAttachedAsync();
        await Expect(Picked(page)).ToHaveCountAsync(0); // What was removed does not come back.
        await page.Open(Url);
        await Expect(page.Locator("[data-photo-picker][data-ready]")).ToBeAttachedAsync();
        await Expect(Picked(page)).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task A_browser_that_keeps_no_photos_posts_all_the_same()
    {
        var (page, _) = await OpenForm();
        await page.EvaluateAsync("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'DataCloneError'); }; }");
        await page.SetInputFilesAsync("[data-photo-picker] input", Photo("a"));
        await Expect(Picked(page)).ToHaveCountAsync(1);
        await page.FillAsync("[name=title]", "통기타");
        await page.FillAsync("[name=price]", "90000");
        await page.FillAsync("textarea[name=description]", "좋아요");

        await page.ClickAsync(Submit);

        await Expect(page).ToHaveURLAsync(Product());
    }

    [BrowserFact]
    public async Task A_file_dropped_anywhere_is_taken_and_where_none_can_be_the_pointer_says_so()
    {
        var (page, _) = await OpenForm();
        foreach (var where in new[] { "h1", "textarea", "body", "[data-photo-picker] input" }) await Drop(page, where);
        await Expect(Picked(page)).ToHaveCountAsync(4);

        await page.Open("/account/profile");
        await Expect(page.Locator("[data-photo-picker][data-ready]")).ToBeAttachedAsync();
        await Drop(page, "h1");
        await Expect(Picked(page)).ToHaveCountAsync(1);

        await page.Open("/");
        (await Drop(page, "h1")).ShouldBe("none");
    }

    [BrowserFact]
    public async Task The_description_grows_with_its_text_where_the_browser_cannot_do_it_alone()
    {
        var (page, _) = await OpenForm(before: """
            const { supports } = CSS;
            CSS.supports = (...query) => !query.includes('field-sizing') && supports.apply(CSS, query);
            document.addEventListener('DOMContentLoaded', () => { document.querySelector('textarea').style.fieldSizing = 'fixed'; });
            """);
        var description = page.Locator("textarea[name=description]");
        var low = await Height();

        await description.FillAsync(string.Concat(Enumerable.Repeat("줄\n", 15)));

        (await Height()).ShouldBeGreaterThan(low + 100);

        Task<double> Height() => description.EvaluateAsync<double>("field => field.getBoundingClientRect().height");
    }

    private async Task<(IPage Page, TestBrowser Seller)> OpenForm(string? before = null)
    {
        var seller = await host.SignedIn("alice");
        var page = await Device(host, seller);
        if (before is not null) await page.AddInitScriptAsync(before);
        await page.Open(Url);
        await Expect(page.Locator("[data-photo-picker][data-ready]")).ToBeAttachedAsync();
        return (page, seller);
    }

    /// <summary>Drags a photo over an element and drops it there. Returns the effect that the pointer shows.</summary>
    private static Task<string> Drop(IPage page, string where) => page.EvaluateAsync<string>("""
        ([where, content]) => {
          const dataTransfer = new DataTransfer();
          const bytes = Uint8Array.from(atob(content), character => character.charCodeAt(0));
          dataTransfer.items.add(new File([bytes], 'a.jpg', { type: 'image/jpeg' }));
          const dispatch = name => {
            const event = new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true });
            if (document.querySelector(where).dispatchEvent(event)) throw new Error(`The browser would open the file: ${name} on ${where}`);
          };
          dispatch('dragover');
          const effect = dataTransfer.dropEffect;
          dispatch('drop');
          return effect;
        }
        """, new[] { where, Convert.ToBase64String(TestImages.Jpeg()) });

    private static FilePayload Photo(string name) => new() { Name = $"{name}.jpg", MimeType = "image/jpeg", Buffer = TestImages.Jpeg() };

    private static ILocator Picked(IPage page) => page.Locator("[data-photo-list] li");

    [GeneratedRegex("/products/[0-9]+$")]
    private static partial Regex Product();
}
