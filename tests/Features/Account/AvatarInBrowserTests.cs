using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Account;

public sealed class AvatarInBrowserTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const string Input = "[data-profile] [data-photo-picker] input";

    [BrowserFact]
    public async Task An_avatar_is_shown_before_it_is_saved_and_made_small_on_the_way()
    {
        var page = await OpenProfile();
        await page.SetInputFilesAsync(Input, Photo("first.jpg", TestImages.Jpeg(40, 20)));
        await Expect(Picked(page)).ToHaveCountAsync(1);

        await page.SetInputFilesAsync(Input, Photo("second.jpg", TestImages.Jpeg(4_000, 3_000)));
        await Expect(Picked(page)).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => document.querySelector('[data-photo-list] img').naturalWidth === 1600");
        (await page.EvaluateAsync<string>("input => [...document.querySelector(input).files].map(file => file.name).join()", Input))
            .ShouldBe("second.jpg");

        await page.ClickAsync("[data-profile] .form__actions button");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("저장했어요.");
        var stored = await page.Locator(".profile__person .avatar img").EvaluateAsync<int>("""
            async picture => {
              const largest = Object.assign(new Image(), { src: picture.src });
              await largest.decode();
              return largest.naturalHeight;
            }
            """);
        stored.ShouldBe(1_200);
    }

    [BrowserFact]
    public async Task A_picked_avatar_can_be_taken_back_and_what_is_no_picture_is_said()
    {
        var page = await OpenProfile();
        await page.SetInputFilesAsync(Input, Photo("a.jpg", TestImages.Jpeg()));
        await page.GetByRole(AriaRole.Button, new() { Name = "고른 사진 지우기" }).ClickAsync();
        await Expect(Picked(page)).ToHaveCountAsync(0);
        (await page.EvaluateAsync<int>("input => document.querySelector(input).files.length", Input)).ShouldBe(0);

        await page.SetInputFilesAsync(Input, Photo("notes.jpg", "hello"u8.ToArray()));
        await Expect(page.Locator("[data-photo-message]")).ToHaveTextAsync("notes.jpg 파일은 사진으로 열 수 없어요.");
    }

    [BrowserFact]
    public async Task A_picture_that_the_browser_cannot_open_is_shown_by_its_name_and_the_server_answers()
    {
        var page = await OpenProfile();
        await page.SetInputFilesAsync(Input, Photo("a.heic", [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[100]]));
        await Expect(Picked(page)).ToHaveTextAsync("a.heic");

        await page.ClickAsync("[data-profile] .form__actions button");
        await Expect(page.Locator("#Avatar-error")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Without_scripts_the_file_field_saves_an_avatar()
    {
        var page = await OpenProfile(scripts: false);
        await page.SetInputFilesAsync(Input, Photo("a.jpg", TestImages.Jpeg()));
        await page.ClickAsync("[data-profile] .form__actions button");
        await Expect(page.Locator(".profile__person .avatar img")).ToBeVisibleAsync();
    }

    private async Task<IPage> OpenProfile(bool scripts = true)
    {
        var user = await host.SignedIn();
        var page = await Device(host, user, scripts: scripts);
        await page.Open("/account/profile");
        if (scripts) await Expect(page.Locator("[data-photo-picker][data-ready]")).ToBeAttachedAsync();
        return page;
    }

    private static FilePayload Photo(string name, byte[] content) => new() { Name = name, MimeType = "image/jpeg", Buffer = content };

    private static ILocator Picked(IPage page) => page.Locator("[data-photo-list] li");
}
