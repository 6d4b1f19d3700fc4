using System.Text.Json;
using MarketChat.Features.Chat.Notifications;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>
/// Notifications as a browser shows them. Real push services are not available, so the page gets the subscription of a fake client, and the
/// test delivers what the app sends to that client to the service worker.
/// </summary>
public sealed class NotificationsInBrowserTests : BrowserTest, IClassFixture<KestrelHost>, IClassFixture<FakePushService>
{
    private readonly KestrelHost _host;
    private readonly FakePushService _service;

    public NotificationsInBrowserTests(KestrelHost host, FakePushService service)
    {
        (_host, _service) = (host, service);
        _host.With("Push:AllowPrivateEndpoints", "true");
    }

    [BrowserFact]
    public async Task The_title_of_every_page_counts_the_rooms_with_something_unread()
    {
        var talk = await Conversation.Create(_host);
        var page = await Device(_host, talk.Seller);
        await page.Open("/");
        await Expect(page).ToHaveTitleAsync("마켓챗");

        await talk.Send(talk.Buyer, "안녕하세요");
        await Expect(page).ToHaveTitleAsync("(1) 마켓챗");
        await page.Open("/account/profile");
        await Expect(page).ToHaveTitleAsync("(1) 나의 마켓 · 마켓챗");

        await page.Open(talk.Url);
        await Expect(page).ToHaveTitleAsync($"{talk.Buyer.Name} · 마켓챗");
    }

    [BrowserFact]
    public async Task Switching_notifications_on_asks_and_a_message_then_shows()
    {
        var talk = await Conversation.Create(_host);
        var browser = _service.Browser();
        var page = await Device(browser, talk.Seller);
        await page.Open("/chat");
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");

        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "true");
        var worker = await Worker.Of(page, _host.Url);

        await talk.Send(talk.Buyer, "아직 있나요?");
        await worker.Deliver(await Sent(browser, 1));
        await worker.Shows(("room-" + talk.RoomId, talk.Buyer.Name, "아직 있나요?"));
    }

    [BrowserFact]
    public async Task A_click_goes_to_the_tab_that_shows_the_room_or_opens_one_and_leaves_other_tabs_as_they_are()
    {
        var page = await Device(_host);
        await page.Open("/");

        (await Click("/chat/3", "/", "/products/post")).ShouldBe(["closed", "opened /chat/3"]);
        (await Click("/chat/3", "/", "/chat/31", "/chat/3?before=9")).ShouldBe(["closed", "focused /chat/3?before=9"]);

        // Runs the worker in a page: a real service worker may open windows only after a real user's click.
        Task<string[]> Click(string room, params string[] tabs) => page.EvaluateAsync<string[]>(
            """
            async ([room, tabs]) => {
              const done = [];
              window.clients = {
                matchAll: async () => tabs.map(url => ({ url: location.origin + url, focus: async () => done.push(`focused ${url}`) })),
                openWindow: async url => done.push(`opened ${url}`),
              };
              await import('/chat-worker.js');
              let work;
              const click = Object.assign(new Event('notificationclick'), {
                notification: { close: () => done.push('closed'), data: { url: room } },
                waitUntil: promise => { work = promise; },
              });
              dispatchEvent(click);
              await work;
              return done;
            }
            """,
            new object[] { room, tabs });
    }

    [BrowserFact]
    public async Task Nothing_shows_while_the_room_is_in_view_and_opening_it_takes_back_what_was_shown()
    {
        var talk = await Conversation.Create(_host);
        var browser = _service.Browser();
        var page = await SwitchedOn(browser, talk.Seller);
        var worker = await Worker.Of(page, _host.Url);
        string Notice(long room) => $$"""
            {
              "url": "/chat/{{room}}", "tag": "room-{{room}}", "title": "bob", "body": "안녕", "lang": "ko", "sentAt": "2026-01-01T00:00:00Z"
            }
            """;
        await worker.Deliver(Notice(talk.RoomId));
        await worker.Shows(("room-" + talk.RoomId, "bob", "안녕"));

        await page.Open(talk.Url);
        await worker.Shows();
        await worker.Deliver(Notice(talk.RoomId), Notice(999));

        await worker.Shows(("room-999", "bob", "안녕"));
    }

    [BrowserFact]
    public async Task What_is_taken_back_is_replaced_where_it_is_shown_and_shows_nowhere_else()
    {
        var talk = await Conversation.Create(_host);
        var page = await SwitchedOn(_service.Browser(), talk.Seller);
        var worker = await Worker.Of(page, _host.Url);
        const string Notice =
            """{ "url": "/chat/7", "tag": "room-7", "title": "bob", "body": "비밀", "lang": "ko", "sentAt": "2026-01-01T00:00:00Z" }""";

        var takenBack = Notice.Replace("비밀", "삭제된 메시지입니다", StringComparison.Ordinal)
            .Replace("}", ", \"replaces\": true }", StringComparison.Ordinal);
        await worker.Deliver(Notice, takenBack.Replace('7', '8'), takenBack);

        await worker.Shows(("room-7", "bob", "삭제된 메시지입니다"));
    }

    [BrowserFact]
    public async Task What_stands_in_the_place_of_what_was_taken_back_shows_without_a_sound_also_where_that_was_not_shown()
    {
        var talk = await Conversation.Create(_host);
        var page = await SwitchedOn(_service.Browser(), talk.Seller);
        var worker = await Worker.Of(page, _host.Url);

        await worker.Deliver("""
            {
              "url": "/chat/7", "tag": "room-7", "title": "bob", "body": "이게 맞아요", "lang": "ko", "sentAt": "2026-01-01T00:00:00Z",
              "silent": true
            }
            """);

        await worker.Shows(("room-7", "bob", "이게 맞아요"));
        (await page.EvaluateAsync<bool>("async () => (await (await navigator.serviceWorker.ready).getNotifications())[0].silent"))
            .ShouldBeTrue();
    }

    [BrowserFact]
    public async Task Pressing_it_again_ends_it_and_signing_out_does_too()
    {
        var talk = await Conversation.Create(_host);
        var page = await SwitchedOn(_service.Browser(), talk.Seller);
        await page.ReloadAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "true");

        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");

        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Open("/account/profile");
        await page.ClickAsync("[data-sign-out] button");
        await Expect(page).ToHaveURLAsync($"{_host.Url}/");
        await page.SignIn(talk.Seller.Name);
        await page.Open("/chat");
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [BrowserFact]
    public async Task Nothing_is_asked_on_arrival_and_a_browser_that_blocks_is_answered_with_how_to_allow_it()
    {
        var talk = await Conversation.Create(_host);
        var page = await Device(_host, talk.Seller);
        await page.AddInitScriptAsync("""
            window.asked = 0;
            let permission = 'default';
            Object.defineProperty(Notification, 'permission', { get: () => permission });
            Notification.requestPermission = async () => { window.asked++; return permission = 'denied'; };
            """);
        await page.Open("/chat");
        await Expect(Toggle(page)).ToBeVisibleAsync();
        (await page.EvaluateAsync<int>("asked")).ShouldBe(0);

        await Toggle(page).ClickAsync();

        await Expect(page.Locator("[data-notification-status]")).ToHaveTextAsync("브라우저가 알림을 막고 있어요. 주소창 옆의 사이트 설정에서 알림을 허용해주세요.");
        await Expect(page.Locator("[data-notification-toggle]")).ToHaveAttributeAsync("data-state", "blocked");
        await Toggle(page).ClickAsync();
        await Expect(page.Locator("[data-notification-status]")).ToBeHiddenAsync();
        (await page.EvaluateAsync<int>("asked")).ShouldBe(1);
    }

    [BrowserFact]
    public async Task Where_there_are_no_notifications_nothing_offers_them()
    {
        var talk = await Conversation.Create(_host);
        var page = await Device(_host, talk.Seller);
        await page.AddInitScriptAsync("delete window.PushManager");

        await page.Open("/chat");
        await page.EvaluateAsync(
            "() => import(document.querySelector('script[src*=_NotificationScripts]').src)"); // The script has run completely.

        await Expect(Toggle(page)).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task A_room_is_muted_on_the_spot()
    {
        var talk = await Conversation.Create(_host);
        var page = await Device(_host, talk.Seller);
        await page.Open(talk.Url);
        await page.Composer().FillAsync("쓰는 중");
        var mute = page.GetByRole(AriaRole.Button, new() { Name = "이 채팅방 알림 끄기" });

        await mute.ClickAsync();
        await Expect(mute).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Composer()).ToHaveValueAsync("쓰는 중");
        await page.ReloadAsync();
        await Expect(mute).ToHaveAttributeAsync("aria-pressed", "true");

        await mute.ClickAsync();
        await Expect(mute).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [BrowserFact]
    public async Task Without_a_connection_pressing_mute_changes_nothing_and_leads_nowhere()
    {
        var talk = await Conversation.Create(_host);
        var page = await Device(_host, talk.Seller);
        await page.Open(talk.Url);
        await page.Composer().FillAsync("쓰는 중");
        var mute = page.GetByRole(AriaRole.Button, new() { Name = "이 채팅방 알림 끄기" });

        await page.Context.SetOfflineAsync(true);
        var failed = new TaskCompletionSource();
        page.RequestFailed += (_, request) =>
        {
            if (request.Url.EndsWith("/mute", StringComparison.Ordinal)) failed.TrySetResult();
        };
        await mute.ClickAsync();
        await failed.Task;
        await Expect(page.Locator("[data-trouble]")).ToBeVisibleAsync();
        await Expect(mute).ToHaveAttributeAsync("aria-pressed", "false");

        await page.Context.SetOfflineAsync(false);
        await mute.ClickAsync();
        await Expect(mute).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Composer()).ToHaveValueAsync("쓰는 중");
    }

    protected override Task<IBrowser> Browser => Chromium.Whole;

    private static ILocator Toggle(IPage page) => page.Locator("[data-notification-toggle] button");

    /// <summary>Opens the chat list on such a device, with notifications switched on.</summary>
    private async Task<IPage> SwitchedOn(FakePushClient browser, TestBrowser person)
    {
        var page = await Device(browser, person);
        await page.Open("/chat");
        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "true");
        return page;
    }

    /// <summary>A device that grants the notification permission and subscribes to the test's push service.</summary>
    private async Task<IPage> Device(FakePushClient browser, TestBrowser person)
    {
        var page = await Device(_host, person);
        await page.Context.GrantPermissionsAsync(["notifications"], new() { Origin = _host.Url });
        await page.AddInitScriptAsync($$"""
            {
              const KEPT = 'test:subscription';
              const subscription = key => ({
                options: {
                  applicationServerKey: Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0)).buffer,
                },
                toJSON: () => ({ endpoint: '{{browser.Endpoint}}', keys: { p256dh: '{{browser.P256dh}}', auth: '{{browser.Auth}}' } }),
                unsubscribe: async () => localStorage.removeItem(KEPT),
              });
              PushManager.prototype.getSubscription = async () => localStorage.getItem(KEPT) && subscription(localStorage.getItem(KEPT));
              PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
                localStorage.setItem(KEPT, key);
                return subscription(key);
              };
            }
            """);
        return page;
    }

    private async Task<string> Sent(FakePushClient browser, int messages)
    {
        _host.Clock.Advance(NotificationOutbox.DebounceDelay);
        await Wait.Until(() => _service.SentTo(browser).Count >= messages, "the message is sent");
        return browser.Decrypt(_service.SentTo(browser)[messages - 1].Body);
    }

    /// <summary>The service worker of a page, controlled through the DevTools protocol.</summary>
    private sealed class Worker(IPage page, ICDPSession tools, string origin, string registration)
    {
        private int _done;

        public static async Task<Worker> Of(IPage page, string origin)
        {
            var tools = await page.Context.NewCDPSessionAsync(page);
            var registration = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            tools.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, e) =>
            {
                foreach (var found in e!.Value.GetProperty("registrations").EnumerateArray())
                {
                    registration.TrySetResult(found.GetProperty("registrationId").GetString()!);
                }
            };
            await page.EvaluateAsync("async () => { await navigator.serviceWorker.ready; }");
            await Wait.Until(
                async () =>
                {
                    // Enabling this domain reports the existing registrations, but may miss one that is being stored.
                    await tools.SendAsync("ServiceWorker.disable");
                    await tools.SendAsync("ServiceWorker.enable");
                    return registration.Task.IsCompleted;
                },
                "the browser tells of the worker", every: TimeSpan.FromMilliseconds(200));
            var worker = new Worker(page, tools, origin, await registration.Task);
            tools.Event("BackgroundService.backgroundServiceEventReceived").OnEvent += (_, e) => worker.Note(e!.Value);
            await tools.SendAsync("BackgroundService.startObserving", new() { ["service"] = "pushMessaging" });
            await tools.SendAsync("BackgroundService.setRecording", new() { ["service"] = "pushMessaging", ["shouldRecord"] = true });
            return worker;
        }

        /// <summary>
        /// Delivers the messages at once and waits until the worker has handled them. getNotifications() must not be called before:
        /// Chromium would drop a pending notification, because it treats a stored notification that is not on the screen as closed.
        /// </summary>
        public async Task Deliver(params string[] messages)
        {
            var done = _done + messages.Length;
            foreach (var message in messages)
            {
                await tools.SendAsync("ServiceWorker.deliverPushMessage",
                    new() { ["origin"] = origin, ["registrationId"] = registration, ["data"] = message });
            }

            await Wait.Until(() => _done == done, "the worker has done with what came");
        }

        public Task Shows(params (string Tag, string Title, string Body)[] expected)
        {
            List<(string, string, string)> shown = [];
            return Wait.Until(
                async () => (shown = await Shown()).SequenceEqual(expected),
                () => $"shown are [{string.Join(", ", expected)}], but [{string.Join(", ", shown)}]");
        }

        private void Note(JsonElement e)
        {
            if (e.GetProperty("backgroundServiceEvent").GetProperty("eventName").GetString() == "Push event completed")
            {
                Interlocked.Increment(ref _done);
            }
        }

        private async Task<List<(string Tag, string Title, string Body)>> Shown()
        {
            var shown = await page.EvaluateAsync<JsonElement>(
                """
                async () => {
                  const shown = await (await navigator.serviceWorker.ready).getNotifications();
                  return shown.map(({ tag, title, body }) => ({ tag, title, body }));
                }
                """);
            return [.. shown.EnumerateArray().Select(
                one => (one.GetProperty("tag").GetString()!, one.GetProperty("title").GetString()!, one.GetProperty("body").GetString()!))];
        }
    }
}
