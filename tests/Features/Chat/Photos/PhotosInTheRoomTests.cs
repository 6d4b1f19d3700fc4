using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Chat.Photos;

public sealed partial class PhotosInTheRoomTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    private const string Uploads = "**/photos/uploads";
    private const string SendUploads = "**/photos/uploads?handler=Send";
    private const string StoredPhotos = "**/photos/*/*";

    [BrowserFact]
    public async Task Photos_are_looked_at_taken_back_one_by_one_and_sent_with_the_words_behind_them()
    {
        var (buyer, talk) = await OpenRoom();
        await Pick(buyer, Photo("a", 40, 20), Photo("b", 16, 16), Photo("c", 20, 40));
        await Expect(Picked(buyer)).ToHaveCountAsync(3);
        await Picked(buyer).Nth(1).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(Picked(buyer)).ToHaveCountAsync(2);
        await Expect(Picked(buyer).Nth(1).GetByRole(AriaRole.Button)).ToBeFocusedAsync();
        foreach (var _ in new[] { 1, 2 }) await Picked(buyer).First.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(buyer.GetByRole(AriaRole.Button, new() { Name = "사진 보내기" })).ToBeFocusedAsync();
        await Pick(buyer, Photo("a", 40, 20), Photo("c", 20, 40));
        await Expect(Picked(buyer)).ToHaveCountAsync(2);

        await buyer.Say("이 둘이에요");

        await Expect(buyer.Stored()).ToHaveCountAsync(2);
        await Expect(Picked(buyer)).ToHaveCountAsync(0);
        await Expect(buyer.Composer()).ToBeFocusedAsync();
        var seen = (await talk.Seller.Fetch($"{talk.Url}?handler=Messages&after=0")).ReadAsJson<PhotoSteps.RoomChangesResponse>().Messages;
        seen[0].Photos.ShouldBe([new(40, 20), new(20, 40)]);
        seen[1].Payload.ShouldBe("이 둘이에요");
    }

    [BrowserFact]
    public async Task A_photo_opened_by_itself_does_not_come_back_after_signing_out()
    {
        var (buyer, talk) = await OpenRoom();
        var sent = await talk.ShowPhotos(talk.Seller, TestImages.Jpeg());
        await ShouldShowPictures(buyer.Messages().Last, 1);
        await buyer.Open(talk.UrlOf(sent));
        await buyer.Open("/account/profile");
        await buyer.ClickAsync("[data-sign-out] button");
        await buyer.WaitForURLAsync(url => new Uri(url).AbsolutePath == "/");

        await buyer.GoBackAsync();
        await buyer.GoBackAsync();

        await Expect(buyer.Locator("form[data-sign-in]")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task They_show_at_once_with_a_progress_each_settle_in_place_and_arrive_at_the_other_without_a_reload()
    {
        var (buyer, talk) = await OpenRoom();
        var seller = await (await Device(host, talk.Seller)).Open(talk.Url);
        var (part, stored) = (new TaskCompletionSource(), new TaskCompletionSource());
        var parts = 0;
        await buyer.RouteAsync(Uploads, async route =>
        {
            if (++parts == 2) await part.Task;
            await route.ContinueAsync();
        });
        await buyer.RouteAsync(StoredPhotos, async route =>
        {
            await stored.Task;
            await route.ContinueAsync();
        });

        await Send(buyer, Photo("a", 40, 20), Photo("b", 16, 16));

        var message = buyer.Messages().Last;
        await Expect(message).ToHaveAttributeAsync("data-state", "sending");
        await ShouldShowPictures(message, 2);
        await Expect(message.Locator("progress")).ToHaveCountAsync(2);
        await Expect(message.Locator("progress").Nth(0)).ToHaveJSPropertyAsync("value", 1);
        await Wait.Until(() => parts == 2, "the second is on its way");
        (await message.Locator("progress").Nth(1).EvaluateAsync<double>("bar => bar.value")).ShouldBeLessThan(1);
        await message.EvaluateAsync("element => element.dataset.mark = 'the same element'");
        var place = await PlaceOf(message.Locator("[data-photo-grid]"));

        part.SetResult();
        await Expect(message).ToHaveAttributeAsync("data-message-id", Number());
        await Expect(message.Locator("progress")).ToHaveCountAsync(0);
        await Expect(message).ToHaveAttributeAsync("data-mark", "the same element");
        (await SourcesIn(message)).ShouldAllBe(source => source.StartsWith("blob:"), "what was picked shows until what is stored is here");

        stored.SetResult();
        await Expect(message.Locator("img").Nth(1)).ToHaveAttributeAsync("src", new Regex($"^{talk.Url}/photos/[0-9]+/2$"));
        await ShouldShowPictures(message, 2);
        (await PlaceOf(message.Locator("[data-photo-grid]"))).ShouldBe(place);
        await ShouldShowPictures(seller.Messages().Last, 2);
        await Expect(seller.Messages().Last.Locator("img").First).ToHaveAttributeAsync("alt", $"{talk.Buyer.Name}님이 보낸 사진 1/2");
    }

    [BrowserFact]
    public async Task Words_written_after_photos_wait_for_them()
    {
        var (buyer, talk) = await OpenRoom();
        var release = new TaskCompletionSource();
        await buyer.RouteAsync(Uploads, async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        await Send(buyer, Photo("a"));
        await Expect(buyer.Messages()).ToHaveCountAsync(1);
        await buyer.Say("보이시나요?");
        await Expect(buyer.Messages()).ToHaveCountAsync(2);
        (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();

        release.SetResult();

        await Expect(buyer.Stored()).ToHaveCountAsync(2);
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["사진 1장", "보이시나요?"]);
    }

    [BrowserFact]
    public async Task What_is_sent_offline_survives_leaving_and_goes_out_when_the_room_is_opened_again()
    {
        var (buyer, talk) = await OpenRoom();
        await buyer.Context.SetOfflineAsync(true);
        await Send(buyer, Photo("a", 40, 20), Photo("b"));
        await buyer.Say("터널이에요");
        await ShouldShowPictures(buyer.Messages().First, 2);
        await Expect(buyer.Messages().First).ToContainTextAsync("연결되면 보낼게요");
        var release = new TaskCompletionSource();
        await buyer.RouteAsync(Uploads, async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });

        await buyer.GotoAsync("about:blank"); // The error page of a failed reload would load the room by itself, and send.
        await buyer.Context.SetOfflineAsync(false);
        await buyer.Open(talk.Url);
        await ShouldShowPictures(buyer.Messages().First, 2);
        (await SourcesIn(buyer.Messages().First)).ShouldAllBe(source => source.StartsWith("blob:"));
        release.SetResult();

        await Expect(buyer.Stored()).ToHaveCountAsync(2);
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["사진 2장", "터널이에요"]);
        await NothingShouldBeKept(buyer);
    }

    [BrowserFact]
    public async Task A_connection_that_breaks_costs_only_the_photo_on_its_way()
    {
        var (buyer, talk) = await OpenRoom();
        var tries = 0;
        await buyer.RouteAsync(Uploads, async route =>
        {
            if (++tries == 3) await route.AbortAsync("connectionreset");
            else await route.ContinueAsync();
        });

        await Send(buyer, Photo("a"), Photo("b"), Photo("c"));

        await Expect(buyer.Stored()).ToHaveCountAsync(1);
        tries.ShouldBe(4);
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem();
    }

    [BrowserFact]
    public async Task An_answer_that_is_lost_makes_no_second_message()
    {
        var (buyer, talk) = await OpenRoom();
        var (finishes, parts) = (0, 0);
        await buyer.RouteAsync(Uploads, async route =>
        {
            parts++;
            await route.ContinueAsync();
        });
        // No poll delivers the message either, not even a poll that is already held.
        await buyer.RouteAsync("**/*handler=Messages*", route => route.AbortAsync());
        await buyer.ReloadAsync();
        await buyer.RouteAsync(SendUploads, async route =>
        {
            if (++finishes == 1)
            {
                await route.FetchAsync();
                await route.AbortAsync("connectionreset");
            }
            else
            {
                await route.ContinueAsync();
            }
        });

        await Send(buyer, Photo("a"), Photo("b"));

        await Expect(buyer.Stored()).ToHaveCountAsync(1);
        (finishes, parts).ShouldBe((2, 2));
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem();
    }

    [BrowserFact]
    public async Task What_could_not_be_sent_stays_and_can_be_retried_or_deleted()
    {
        var (buyer, talk) = await OpenRoom();
        await buyer.RouteAsync(Uploads, route => route.AbortAsync());
        await Send(buyer, Photo("a"));
        var failed = buyer.Locator("[data-state=failed]");
        await Expect(failed).ToContainTextAsync("보내지 못했어요", new() { Timeout = 30_000 });
        await failed.Locator("[data-retry]").ClickAsync();
        await buyer.UnrouteAsync(Uploads);
        await Expect(buyer.Stored()).ToHaveCountAsync(1);

        await buyer.RouteAsync(Uploads, route => route.AbortAsync());
        await Send(buyer, Photo("b"));
        await failed.Locator("[data-discard]").ClickAsync(new() { Timeout = 30_000 });
        await Expect(buyer.Messages()).ToHaveCountAsync(1);
        await NothingShouldBeKept(buyer);
        await buyer.ReloadAsync();
        await Expect(buyer.Messages()).ToHaveCountAsync(1);
        (await talk.Poll(talk.Seller)).Messages.ShouldHaveSingleItem();
    }

    [BrowserFact]
    public async Task What_the_server_refuses_says_why()
    {
        var (buyer, _) = await OpenRoom();
        await buyer.RouteAsync(Uploads, route =>
            route.FulfillAsync(new() { Status = 400, ContentType = "application/problem+json", Body = """{"detail":"이건 사진이 아니에요."}""" }));
        await Send(buyer, Photo("a"));
        await Expect(buyer.Locator("[data-state=failed]")).ToContainTextAsync("이건 사진이 아니에요.");
    }

    [BrowserFact]
    public async Task Who_is_asked_to_slow_down_does_and_nothing_is_marked()
    {
        var (buyer, _) = await OpenRoom();
        var tries = 0;
        await buyer.RouteAsync(Uploads, async route =>
        {
            var isTooFast = ++tries is >= 2 and <= 5;
            if (isTooFast) await route.FulfillAsync(new() { Status = 429, Headers = [new("Retry-After", "0")], Body = "{}" });
            else await route.ContinueAsync();
        });

        await Send(buyer, Photo("a"), Photo("b"));

        await Expect(buyer.Stored()).ToHaveCountAsync(1);
        tries.ShouldBe(6);
        await Expect(buyer.Locator("[data-state=failed]")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Over_a_hostile_network_photos_and_words_arrive_once_and_in_order()
    {
        var (buyer, talk) = await OpenRoom();
        await new HostileNetwork(seed: 6).AttachTo(buyer);

        await buyer.Say("하나");
        await Send(buyer, Photo("a"), Photo("b"));
        await buyer.Say("둘");
        await Send(buyer, Photo("c"), Photo("d"), Photo("e"));
        await buyer.Say("셋");

        await Expect(buyer.Stored()).ToHaveCountAsync(5, new() { Timeout = 120_000 });
        var seen = (await talk.Seller.Fetch($"{talk.Url}?handler=Messages&after=0")).ReadAsJson<PhotoSteps.RoomChangesResponse>().Messages;
        seen.Select(message => message.Photos?.Length.ToString() ?? message.Payload).ShouldBe(["하나", "2", "둘", "3", "셋"]);
    }

    [BrowserFact]
    public async Task Photos_can_be_pasted_and_dropped_and_what_is_none_is_said()
    {
        var (buyer, _) = await OpenRoom();
        await Hand(buyer, "paste", "[data-composer] textarea", "a.png", "image/png", TestImages.Png());
        await Expect(Picked(buyer)).ToHaveCountAsync(1);

        await Hand(buyer, "dragover", "[data-messages]", "b.jpg", "image/jpeg", TestImages.Jpeg());
        await Expect(buyer.Locator("[data-photos-drop]")).ToBeVisibleAsync();
        await Hand(buyer, "drop", "[data-messages]", "b.jpg", "image/jpeg", TestImages.Jpeg());
        await Expect(buyer.Locator("[data-photos-drop]")).ToBeHiddenAsync();
        await Expect(Picked(buyer)).ToHaveCountAsync(2);

        await Hand(buyer, "drop", "[data-messages]", "notes.txt", "text/plain", "hello"u8.ToArray());
        await Expect(buyer.Locator("[data-photo-message]")).ToHaveTextAsync("notes.txt 파일은 사진으로 열 수 없어요.");
        await Pick(buyer, [.. Enumerable.Range(0, Message.MaxPhotos).Select(i => Photo($"{i}"))]);
        await Expect(buyer.Locator("[data-photo-message]")).ToHaveTextAsync("사진은 한 번에 10장까지 보낼 수 있어요.");
        await Expect(Picked(buyer)).ToHaveCountAsync(Message.MaxPhotos);
    }

    [BrowserFact]
    public async Task A_photo_can_be_dropped_anywhere_on_the_page()
    {
        var (buyer, _) = await OpenRoom(width: 1280);
        foreach (var where in new[] { "[data-room-list]", "nav", "[data-composer] textarea", "body" })
        {
            await Hand(buyer, "dragover", where, "b.jpg", "image/jpeg", TestImages.Jpeg());
            await Expect(buyer.Locator("[data-photos-drop]")).ToBeVisibleAsync();
            await Hand(buyer, "drop", where, "b.jpg", "image/jpeg", TestImages.Jpeg());
            await Expect(buyer.Locator("[data-photos-drop]")).ToBeHiddenAsync();
        }

        await Expect(Picked(buyer)).ToHaveCountAsync(4);
    }

    [BrowserFact]
    public async Task Photos_on_their_way_survive_a_reload_where_the_browser_stores_no_blobs()
    {
        var (buyer, talk) = await OpenRoom();
        await buyer.EvaluateAsync("""
            () => {
              const { put } = IDBObjectStore.prototype;
              const hasBlob = value =>
                value instanceof Blob || (typeof value === 'object' && value !== null && Object.values(value).some(hasBlob));
              IDBObjectStore.prototype.put = function (value, key) {
                if (hasBlob(value)) throw new DOMException('BlobURLs are not yet supported.', 'DataCloneError');
                return put.call(this, value, key);
              };
            }
            """);
        await buyer.RouteAsync(Uploads, route => route.AbortAsync());
        await Send(buyer, Photo("a", 40, 20));
        await Expect(buyer.Messages().Last).ToHaveAttributeAsync("data-state", "sending");
        await Expect(buyer.Locator("[data-photo-message]")).ToBeEmptyAsync();
        await buyer.WaitForFunctionAsync($$"""
            async () => {
              const { PhotoStorage } = await import('/js/photo-storage.js');
              const [key] = Object.keys(localStorage).filter(key => key.startsWith('outbox:')).map(key => key.slice('outbox:'.length));
              return (await new PhotoStorage().get(key))?.length === 1;
            }
            """);

        await buyer.UnrouteAsync(Uploads);
        await buyer.Open(talk.Url);

        await Expect(buyer.Stored()).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task A_browser_that_stores_no_photos_says_so_at_once()
    {
        var (buyer, _) = await OpenRoom();
        await buyer.EvaluateAsync("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }");
        await buyer.RouteAsync(Uploads, route => route.AbortAsync());

        await Send(buyer, Photo("a", 40, 20));

        await Expect(buyer.Locator("[data-photo-message]")).ToHaveTextAsync("이 기기가 사진을 맡아 두지 못해요. 다 보낼 때까지 이 화면을 닫지 마세요.");
    }

    [BrowserFact]
    public async Task Photos_that_make_no_sense_in_the_storage_do_not_break_the_room()
    {
        var (buyer, talk) = await OpenRoom();
        await buyer.EvaluateAsync("""
            ([me, room]) => [undefined, null, 'two', [], [{ width: '1' }], [null]].forEach((photos, index) => {
              const clientId = `0000000${index}-0000-4000-8000-000000000000`;
              const message = { clientId, payload: '사진', writtenAt: 1, kind: 'photos', photos };
              localStorage.setItem(`outbox:${me}:${room}:${clientId}`, JSON.stringify(message));
            })
            """, new[] { $"{talk.Buyer.Id}", $"{talk.RoomId}" });

        await buyer.Open(talk.Url);
        await buyer.Say("괜찮아요");

        await Expect(buyer.Stored()).ToHaveCountAsync(1);
        (await buyer.EvaluateAsync<string[]>("() => Object.keys(localStorage).filter(key => key.startsWith('outbox:'))")).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Large_photos_are_made_small_before_they_are_sent()
    {
        var (buyer, talk) = await OpenRoom();
        await Send(buyer, Photo("large", 4_000, 3_000));
        await Expect(buyer.Stored()).ToHaveCountAsync(1);
        var seen = (await talk.Seller.Fetch($"{talk.Url}?handler=Messages&after=0")).ReadAsJson<PhotoSteps.RoomChangesResponse>().Messages;
        seen.ShouldHaveSingleItem().Photos.ShouldBe([new(1_600, 1_200)]);
    }

    [BrowserFact]
    public async Task A_stored_photo_offers_the_copies_that_are_narrower_than_it_is()
    {
        var (buyer, talk) = await OpenRoom();
        await Send(buyer, Photo("large", 4_000, 3_000), Photo("small", 200, 100));
        await Expect(buyer.Stored()).ToHaveCountAsync(1);

        var url = $"{talk.Url}/photos/{await buyer.Messages().Last.GetAttributeAsync("data-message-id")}";
        await Expect(buyer.Locator("[data-photo-grid] img").First)
            .ToHaveAttributeAsync("srcset", $"{url}/1?width=160 160w, {url}/1?width=640 640w, {url}/1 1600w");
        await Expect(buyer.Locator("[data-photo-grid] img").Last).ToHaveAttributeAsync("srcset", $"{url}/2?width=160 160w, {url}/2 200w");
    }

    [BrowserFact]
    public async Task What_the_browser_cannot_open_goes_to_the_server_whose_sentence_says_what_helps()
    {
        var (buyer, _) = await OpenRoom();
        await buyer.RouteAsync(Uploads, route =>
            route.FulfillAsync(new() { Status = 400, ContentType = "application/problem+json", Body = """{"detail":"HEIC 사진이에요."}""" }));

        await Send(buyer, new FilePayload { Name = "a.heic", MimeType = "", Buffer = [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[100]] });

        await Expect(buyer.Locator("[data-state=failed]")).ToContainTextAsync("HEIC 사진이에요.");
        await Expect(buyer.Locator("[data-state=failed] [data-photo-grid] li")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task Nothing_moves_when_pictures_load()
    {
        var talk = await Conversation.Create(host);
        foreach (var count in new[] { 1, 3, 2, 10 })
        {
            await talk.ShowPhotos(talk.Buyer, [.. Enumerable.Repeat(TestImages.Jpeg(60, 90), count)]);
        }

        await talk.Send(talk.Buyer, "이렇게 생겼어요");
        var seller = await Device(host, talk.Seller);
        var release = new TaskCompletionSource();
        await seller.RouteAsync(StoredPhotos, async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        await seller.GotoAsync(talk.Url, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        var before = await Places(seller);

        release.SetResult();
        await ShouldShowPictures(seller.Messages().Nth(3), 10);

        (await Places(seller)).ShouldBe(before);
    }

    [BrowserFact]
    public async Task The_viewer_is_led_by_keys_and_fingers_and_gives_the_focus_back()
    {
        var talk = await Conversation.Create(host);
        var sent = await talk.ShowPhotos(talk.Seller, TestImages.Jpeg(40, 20), TestImages.Png(), TestImages.Webp());
        var buyer = await (await Device(host, talk.Buyer)).OpenRoom(talk.Url);
        var links = buyer.Locator("[data-photo-grid] a");
        var viewer = buyer.GetByRole(AriaRole.Dialog);
        var count = viewer.Locator("[data-viewer-count]");

        await links.Nth(1).FocusAsync();
        await buyer.Keyboard.PressAsync("Enter");
        await Expect(count).ToHaveTextAsync("2/3");
        await Expect(viewer.GetByRole(AriaRole.Button, new() { Name = "닫기" })).ToBeFocusedAsync();
        await buyer.Keyboard.PressAsync("ArrowLeft");
        await Expect(count).ToHaveTextAsync("1/3");
        await Expect(viewer.Locator("[data-viewer-previous]")).ToBeDisabledAsync();
        await buyer.Keyboard.PressAsync("ArrowLeft");
        await Expect(count).ToHaveTextAsync("1/3");
        await viewer.Locator("[data-viewer-next]").ClickAsync();
        await Expect(count).ToHaveTextAsync("2/3");
        await Swipe(buyer);
        await Expect(count).ToHaveTextAsync("3/3");
        await Expect(viewer.Locator("[data-viewer-save]")).ToHaveAttributeAsync("href", talk.UrlOf(sent, 3));
        var saved = await buyer.RunAndWaitForDownloadAsync(() => viewer.Locator("[data-viewer-save]").ClickAsync());
        saved.SuggestedFilename.ShouldBe($"marketchat-{sent.Id}-3.webp");

        await buyer.Keyboard.PressAsync("Escape");
        await Expect(viewer).ToBeHiddenAsync();
        await Expect(links.Nth(2)).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Axe_finds_nothing_in_the_room_the_viewer_and_the_form()
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var talk = await Conversation.Create(host);
            await talk.ShowPhotos(talk.Seller, TestImages.Jpeg(40, 20), TestImages.Png());
            await talk.ShowPhotos(talk.Buyer, TestImages.Jpeg(40, 20));
            var buyer = await (await Device(host, talk.Buyer, scheme: scheme)).Open(talk.Url);
            await buyer.RouteAsync(Uploads, _ => Task.CompletedTask); // Never answers.
            await Send(buyer, Photo("a"));
            await Pick(buyer, Photo("b"), Photo("c"));
            await Expect(Picked(buyer)).ToHaveCountAsync(2);
            await ShouldSatisfyAxe(buyer);

            await buyer.Locator("[data-photo-grid] a").First.ClickAsync();
            await Expect(buyer.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
            await ShouldSatisfyAxe(buyer);

            await ShouldSatisfyAxe(await buyer.Open($"{talk.Url}/photos"));
        }
    }

    [BrowserFact]
    public async Task Without_scripts_photos_are_sent_by_a_form_and_seen()
    {
        var talk = await Conversation.Create(host);
        var buyer = await (await Device(host, talk.Buyer, scripts: false)).Open(talk.Url);

        await buyer.GetByRole(AriaRole.Link, new() { Name = "사진 보내기" }).ClickAsync();
        await buyer.SetInputFilesAsync("input[type=file]", [Photo("a", 40, 20), Photo("b")]);
        await buyer.ClickAsync("[data-send-photos] button");

        await buyer.WaitForURLAsync($"**{talk.Url}");
        await Expect(buyer.Locator("[data-photo-grid] img")).ToHaveCountAsync(2);
        await buyer.Locator("[data-photo-grid] a").First.ClickAsync();
        await buyer.WaitForURLAsync("**/photos/*/1");
    }

    private async Task<(IPage Buyer, Conversation Talk)> OpenRoom(int width = 390)
    {
        var talk = await Conversation.Create(host);
        var page = await Device(host, talk.Buyer, width);
        await (await page.SpeedUpTimers()).Open(talk.Url);
        await Expect(page.Locator("[data-photos-pick][role=button]")).ToBeVisibleAsync(); // The script is running.
        return (page, talk);
    }

    private static FilePayload Photo(string name, int width = 16, int height = 16) =>
        new() { Name = $"{name}.jpg", MimeType = "image/jpeg", Buffer = TestImages.Jpeg(width, height) };

    private static Task Pick(IPage page, params FilePayload[] photos) => page.SetInputFilesAsync("[data-photos-to-send] input", photos);

    private static ILocator Picked(IPage page) => page.Locator("[data-photo-list] li");

    private static async Task Send(IPage page, params FilePayload[] photos)
    {
        await Pick(page, photos);
        await Expect(Picked(page)).ToHaveCountAsync(photos.Length);
        await page.ClickAsync(".composer__send");
    }

    private static async Task ShouldShowPictures(ILocator message, int count)
    {
        await Expect(message.Locator("[data-photo-grid] img")).ToHaveCountAsync(count);
        await Expect(message.Locator("[data-text]")).ToBeHiddenAsync();
        await message.Page.WaitForFunctionAsync(
            "message => [...message.querySelectorAll('[data-photo-grid] img')].every(image => image.complete && image.naturalWidth > 0)",
            await message.ElementHandleAsync());
    }

    private static Task<string[]> SourcesIn(ILocator message) =>
        message.EvaluateAsync<string[]>("message => [...message.querySelectorAll('[data-photo-grid] img')].map(image => image.src)");

    private static Task<double[]> PlaceOf(ILocator element) => element.EvaluateAsync<double[]>("""
        element => {
          const { left, top, width, height } = element.getBoundingClientRect();
          return [left, top, width, height];
        }
        """);

    private static Task<double[]> Places(IPage page) =>
        page.EvaluateAsync<double[]>(
            "[...document.querySelectorAll('[data-messages] .message')].map(message => message.getBoundingClientRect().top)");

    private static async Task NothingShouldBeKept(IPage page) => await page.WaitForFunctionAsync("""
        async () => {
          const database = await new Promise(resolve => {
            indexedDB.open('market-photos').onsuccess = event => resolve(event.target.result);
          });
          const request = database.transaction('photos').objectStore('photos').count();
          const kept = await new Promise(resolve => { request.onsuccess = () => resolve(request.result); });
          database.close();
          return kept === 0;
        }
        """);

    /// <summary>Dispatches the event of a paste or a drop, with a file.</summary>
    private static Task Hand(IPage page, string how, string where, string name, string type, byte[] content) => page.EvaluateAsync("""
        ([how, where, name, type, content]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(content), character => character.charCodeAt(0))], name, { type }));
          const event = how === 'paste'
            ? new ClipboardEvent(how, { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent(how, { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector(where).dispatchEvent(event);
        }
        """, new[] { how, where, name, type, Convert.ToBase64String(content) });

    /// <summary>Swipes from right to left.</summary>
    private static async Task Swipe(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await Touch("touchStart", 330);
        for (var x = 310; x >= 50; x -= 20) await Touch("touchMove", x);
        await Touch("touchEnd");

        Task Touch(string what, params int[] at) =>
            session.SendAsync("Input.dispatchTouchEvent",
                new() { ["type"] = what, ["touchPoints"] = at.Select(x => new { x, y = 400 }).ToArray() });
    }

    private static async Task ShouldSatisfyAxe(IPage page) => (await page.AxeViolations()).ShouldBeEmpty();

    [GeneratedRegex("^[0-9]+$")]
    private static partial Regex Number();
}
