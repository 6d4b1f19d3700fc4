using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

/// <summary>What phones do to a page, as far as Chromium can be made to do it. What it cannot is listed in tests/README.md.</summary>
public sealed class PhoneTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const string KakaoTalk =
        "Mozilla/5.0 (Linux; Android 15; SM-S921N Build/AP3A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 " +
        "Chrome/140.0.0.0 Mobile Safari/537.36;KAKAOTALK 2608110";

    private const string DesktopSite =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    [BrowserFact]
    public async Task The_composer_and_the_newest_message_stay_above_a_keyboard_that_covers_the_page()
    {
        var talk = await CreateConversation();
        var page = await Device(host, talk.Buyer, touch: true);
        await page.OpenRoom(talk.Url);

        await ShowKeyboard(page, height: 400, top: 120);

        await ShouldLieBetween(page.Locator(".room__head"), 120, 520);
        await ShouldLieBetween(page.Locator("[data-composer]"), 120, 520);
        await ShouldLieBetween(page.Messages().Last, 120, 520);

        await ShowKeyboard(page, height: 780, top: 0);

        await ShouldLieBetween(page.Locator("[data-composer]"), 700, 780);
    }

    [BrowserFact]
    public async Task Nothing_lies_under_a_notch_or_the_home_indicator()
    {
        const int Notch = 47, Indicator = 34, Width = 844, Height = 390;
        var talk = await CreateConversation();
        var page = await Device(host, talk.Buyer, width: Width, height: Height, touch: true);
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Emulation.setSafeAreaInsetsOverride", new()
        {
            ["insets"] = new Dictionary<string, int> { ["left"] = Notch, ["right"] = Notch, ["bottom"] = Indicator },
        });

        foreach (var url in new[] { "/", $"/products/{talk.Product.Id}", "/chat", talk.Url, "/products/post", "/account/profile" })
        {
            await page.Open(url);
            var covered = await page.EvaluateAsync<string[]>($$"""
                () => Array.from(document.querySelectorAll('a, button, input, textarea, select, h1, p, time'))
                  .filter(element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
                  .filter(element => !element.closest('.visually-hidden, .skip, [aria-hidden=true]') && element.type !== 'file')
                  .filter(element => {
                    const { left, right, bottom, width } = element.getBoundingClientRect();
                    const isFixed = element.closest('.tabs, .composer, .product__actions') !== null;
                    const isCovered = left < {{Notch}} || right > {{Width - Notch}} || (isFixed && bottom > {{Height - Indicator}});
                    return width > 1 && isCovered;
                  }).map(element => element.outerHTML.slice(0, 80))
                """);

            covered.ShouldBeEmpty(url);
        }
    }

    [BrowserFact]
    public async Task A_pull_on_the_log_moves_nothing_but_the_log()
    {
        var talk = await CreateConversation();
        var page = await Device(host, talk.Buyer, touch: true);
        await page.OpenRoom(talk.Url);

        await page.Mouse.MoveAsync(195, 400);
        foreach (var distance in new[] { -3000, 3000 }) await page.Mouse.WheelAsync(0, distance);

        await Expect(page.Locator("html")).ToHaveCSSAsync("overscroll-behavior", "none");
        await Expect(page.Locator("[data-scroll]")).ToHaveCSSAsync("overscroll-behavior", "contain");
        (await page.EvaluateAsync<double>("document.scrollingElement.scrollTop")).ShouldBe(0);
    }

    [BrowserFact]
    public async Task Twice_as_large_text_leaves_room_for_the_log_and_for_every_control()
    {
        var talk = await CreateConversation();
        var page = await Device(host, talk.Buyer, width: 320, height: 640, touch: true);
        await page.OpenRoom(talk.Url);

        await page.EvaluateAsync("document.documentElement.style.fontSize = '200%'");
        await page.EvaluateAsync("document.querySelector('[data-scroll]').scrollTop = 0"); // To the end; the room opens at what is unread.

        (await page.EvaluateAsync<int>("document.querySelector('[data-scroll]').clientHeight")).ShouldBeGreaterThan(240);
        await ShouldLieBetween(page.Locator(".composer__send"), 400, 640);
        await ShouldLieBetween(page.Messages().Last, 0, 640);
        await Expect(page.Locator(".bar__back")).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [BrowserFact]
    public async Task The_desktop_site_on_a_phone_is_whole_and_still_a_touch_screen()
    {
        var talk = await CreateConversation();
        var page = await Device(host, talk.Buyer, width: 980, height: 1740, touch: true, userAgent: DesktopSite);
        foreach (var url in new[] { "/", $"/products/{talk.Product.Id}", "/chat", "/account/profile", talk.Url })
        {
            await page.Open(url);
            (await page.EvaluateAsync<int>("document.scrollingElement.scrollWidth")).ShouldBe(980, url);
        }

        await page.Composer().FillAsync("첫 줄");
        await page.Composer().PressAsync("Enter");
        await page.Composer().PressSequentiallyAsync("둘째 줄");

        (await page.Composer().InputValueAsync()).ShouldBe("첫 줄\n둘째 줄");
        await page.Locator(".composer__send").TapAsync();
        await page.ShouldSee("둘째 줄");
    }

    [BrowserFact]
    public async Task The_main_job_works_in_the_browser_inside_KakaoTalk()
    {
        var talk = await CreateConversation();
        var errors = new List<string>();
        var page = await Device(host, await host.SignedIn("charlie"), width: 360, touch: true, userAgent: KakaoTalk);
        page.PageError += (_, error) => errors.Add(error);
        await page.AddInitScriptAsync("""
            delete Navigator.prototype.serviceWorker;
            delete window.PushManager;
            delete window.Notification;
            """);

        await page.Open($"/products/{talk.Product.Id}");
        await page.Locator("[data-start-chat] button").TapAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/chat/[0-9]+$"));
        await page.Composer().FillAsync("카카오톡에서 왔어요");
        await page.Locator(".composer__send").TapAsync();
        await Expect(page.Stored().Filter(new() { HasTextString = "카카오톡에서 왔어요" })).ToBeVisibleAsync();
        await page.Open("/chat");

        await Expect(page.Locator("[data-preview]")).ToHaveTextAsync("카카오톡에서 왔어요");
        await Expect(page.Locator("[data-notification-toggle] button"))
            .ToHaveAccessibleDescriptionAsync(new Regex("이 브라우저에서는 알림을 받을 수 없어요"));
        errors.ShouldBeEmpty();
    }

    private async Task<Conversation> CreateConversation()
    {
        var talk = await Conversation.Create(host);
        for (var number = 1; number <= 12; number++) await talk.Send(number % 3 == 0 ? talk.Buyer : talk.Seller, $"말 {number}");
        return talk;
    }

    /// <summary>Makes the page believe that a keyboard lies over it, as in Safari: only the visual viewport is smaller.</summary>
    private static async Task ShowKeyboard(IPage page, int height, int top) => await page.EvaluateAsync("""
        ({ height, top }) => {
          Object.defineProperties(visualViewport, {
            height: { get: () => height, configurable: true },
            offsetTop: { get: () => top, configurable: true },
          });
          visualViewport.dispatchEvent(new Event('resize'));
        }
        """, new { height, top });

    private static async Task ShouldLieBetween(ILocator element, double top, double bottom)
    {
        var box = (await element.BoundingBoxAsync()).ShouldNotBeNull();
        box.Y.ShouldBeGreaterThanOrEqualTo((float)top);
        (box.Y + box.Height).ShouldBeLessThanOrEqualTo((float)bottom);
    }
}
