using System.Text.Json;
using MarketChat.Features.Chat.Notifications;
using MarketChat.Infrastructure.Localization;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Features.Chat.Notifications;

/// <summary>
/// Notifications as a browser shows them. Real push services are not available, so the page gets the subscription of a fake client, and the
/// test delivers what the app sends to that client to the service worker.
/// </summary>
public sealed class NotificationsInBrowserTests : BrowserTest, IClassFixture<KestrelHost>, IClassFixture<FakePushService>
{
    private static readonly (string Setup, string Korean, string English)[] _obstacles =
    [
        ("delete window.PushManager",
        "이 브라우저에서는 알림을 받을 수 없어요. Chrome, Safari, 삼성 인터넷 같은 다른 브라우저로 열어주세요.",
        "This browser cannot show notifications. Please open the page in another one, such as Chrome, Safari or Firefox."),
        ("delete window.PushManager; navigator.standalone = false",
        "아이폰과 아이패드에서는 Safari의 공유 메뉴에서 ‘홈 화면에 추가’를 고르고, 홈 화면에서 열면 알림을 받을 수 있어요.",
        "On an iPhone or iPad, choose “Add to Home Screen” in Safari’s share menu, and open the app from the home screen to get "
                + "notifications."),
        ("delete window.PushManager; navigator.standalone = true",
        "이 브라우저에서는 알림을 받을 수 없어요. Chrome, Safari, 삼성 인터넷 같은 다른 브라우저로 열어주세요.",
        "This browser cannot show notifications. Please open the page in another one, such as Chrome, Safari or Firefox."),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })",
        "알림은 https로 시작하는 주소에서만 받을 수 있어요.",
        "Notifications need an address that begins with https."),
        ("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })",
        "브라우저가 알림을 막고 있어요. 브라우저나 기기의 설정에서 이 사이트의 알림을 허용해주세요.",
        "Your browser blocks notifications. Please allow them for this site in the settings of the browser or the device."),
    ];

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
        var page = await Device(talk.Seller, browser);
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
        var page = await SwitchedOn(talk.Seller, browser);
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
        var page = await SwitchedOn(talk.Seller, _service.Browser());
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
        var page = await SwitchedOn(talk.Seller, _service.Browser());
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
        var page = await SwitchedOn(talk.Seller, _service.Browser());
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

        await Expect(page.Locator("[data-notification-status]")).ToHaveTextAsync("브라우저가 알림을 막고 있어요. 브라우저나 기기의 설정에서 이 사이트의 알림을 허용해주세요.");
        await Expect(page.Locator("[data-notification-toggle]")).ToHaveAttributeAsync("data-state", "blocked");
        await Toggle(page).ClickAsync();
        await Expect(page.Locator("[data-notification-status]")).ToBeHiddenAsync();
        (await page.EvaluateAsync<int>("asked")).ShouldBe(1);
    }

    [BrowserFact]
    public async Task Where_notifications_cannot_be_had_the_bell_says_why()
    {
        var bob = await _host.SignedIn();
        foreach (var (setup, korean, english) in _obstacles)
        {
            await ShouldSay("ko", setup, korean);
            await ShouldSay("en", setup, english);
        }

        async Task ShouldSay(string language, string setup, string sentence)
        {
            var page = await Device(_host, bob);
            await page.Context.AddCookiesAsync(
                [new() { Name = LocalizationSetup.LanguageCookie, Value = $"c={language}|uic={language}", Url = _host.Url }]);
            await page.AddInitScriptAsync(setup);
            await page.Open("/chat");
            await Expect(Toggle(page)).ToHaveAccessibleDescriptionAsync(sentence);
            (await Toggle(page).GetAttributeAsync("aria-pressed")).ShouldBeNull();

            await Toggle(page).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(Status(page)).ToHaveTextAsync(sentence);
            await Expect(Toggle(page)).ToBeFocusedAsync();
            (await page.AxeViolations()).ShouldBeEmpty();

            await page.Keyboard.PressAsync("Space");
            await Expect(Status(page)).ToBeHiddenAsync();
        }
    }

    [BrowserFact]
    public async Task A_dead_subscription_is_replaced_by_the_next_chat_list_and_by_a_click()
    {
        var talk = await Conversation.Create(_host);
        var (dead, second, third) = (_service.Browser(), _service.Browser(), _service.Browser());
        _service.AnswerFor(dead, _ => Results.StatusCode(410));
        var page = await SwitchedOn(talk.Seller, dead, second, third);
        await talk.Send(talk.Buyer, "안녕하세요");
        await Wait.Until(
            () => _host.Data(db => db.PushSubscriptions.AnyAsync(s => s.Endpoint == dead.Endpoint && s.IsSuspended)),
            "the server finds that it is dead");

        await page.ReloadAsync();
        await Registered(second);
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "true");

        await _host.Data(db => db.PushSubscriptions.Where(s => s.UserId == talk.Seller.Id).ExecuteDeleteAsync());
        await page.ReloadAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");
        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "true");
        await Registered(third);
    }

    [BrowserFact]
    public async Task A_subscription_that_the_browser_has_replaced_unnoticed_is_renewed_by_the_next_chat_list()
    {
        var talk = await Conversation.Create(_host);
        var (first, second) = (_service.Browser(), _service.Browser());
        var page = await SwitchedOn(talk.Seller, first, second);

        await page.EvaluateAsync("localStorage.removeItem('test:subscription')");
        await page.ReloadAsync();

        await Registered(second);
        (await _host.Data(db => db.PushSubscriptions.CountAsync(s => s.UserId == talk.Seller.Id))).ShouldBe(1);
    }

    [BrowserFact]
    public async Task A_permission_that_is_denied_afterwards_ends_it_on_the_server_too() => await ShouldEnd("denied", "blocked");

    [BrowserFact]
    public async Task A_permission_that_is_reset_afterwards_ends_it_on_the_server_too() => await ShouldEnd("default", "off");

    private async Task ShouldEnd(string permission, string state)
    {
        var talk = await Conversation.Create(_host);
        var page = await SwitchedOn(talk.Seller, _service.Browser());

        await page.AddInitScriptAsync($"Object.defineProperty(Notification, 'permission', {{ get: () => '{permission}' }})");
        await page.ReloadAsync();

        await Expect(page.Locator("[data-notification-toggle]")).ToHaveAttributeAsync("data-state", state);
        await Wait.Until(
            () => _host.Data(db => db.PushSubscriptions.AllAsync(s => s.UserId != talk.Seller.Id)), "the server sends no more");
    }

    [BrowserFact]
    public async Task The_worker_gives_the_server_the_subscription_that_the_browser_has_renewed()
    {
        var talk = await Conversation.Create(_host);
        var (first, renewed, unwanted) = (_service.Browser(), _service.Browser(), _service.Browser());
        var page = await SwitchedOn(talk.Seller, first);

        await Renew(renewed);
        await Registered(renewed);
        (await page.EvaluateAsync<int>("dropped")).ShouldBe(0);

        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");
        await Renew(unwanted);
        (await page.EvaluateAsync<int>("dropped")).ShouldBe(1);
        (await _host.Data(db => db.PushSubscriptions.CountAsync(s => s.UserId == talk.Seller.Id))).ShouldBe(0, "it is turned off");

        // Runs the worker in a page: a test cannot make the browser renew a subscription.
        Task Renew(FakePushClient client) => page.EvaluateAsync(
            """
            async ({ endpoint, p256dh, auth }) => {
              window.dropped ??= 0;
              const subscription = {
                endpoint, toJSON: () => ({ endpoint, keys: { p256dh, auth } }), unsubscribe: async () => { window.dropped++; },
              };
              window.registration = {
                scope: `${location.origin}/`,
                pushManager: { getSubscription: async () => subscription, subscribe: async () => subscription },
              };
              await import('/chat-worker.js');
              let work;
              const waitUntil = promise => { work = promise; };
              dispatchEvent(Object.assign(new Event('pushsubscriptionchange'), { newSubscription: null, waitUntil }));
              await work;
            }
            """,
            new { endpoint = client.Endpoint, p256dh = client.P256dh, auth = client.Auth });
    }

    [BrowserFact]
    public async Task A_push_service_that_the_browser_cannot_reach_is_given_up_with_a_sentence()
    {
        var talk = await Conversation.Create(_host);
        var page = await Device(talk.Seller, _service.Browser());
        await page.AddInitScriptAsync("PushManager.prototype.subscribe = () => new Promise(() => { window.asked = true; })");
        await page.Clock.InstallAsync();
        await page.Open("/chat");
        await Toggle(page).ClickAsync();
        await page.WaitForFunctionAsync("window.asked");
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-busy", "true");

        await page.Clock.FastForwardAsync(10_000);

        await Expect(Status(page)).ToHaveTextAsync("브라우저가 알림 서비스에 연결하지 못했어요. 잠시 뒤에 다시 시도하거나 다른 브라우저로 열어주세요.");
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "false");
        (await Toggle(page).GetAttributeAsync("aria-busy")).ShouldBeNull();
    }

    [BrowserFact]
    public async Task Who_closes_the_browsers_question_is_told_that_it_is_still_off()
    {
        var page = await Device(_host, await _host.SignedIn());
        await page.AddInitScriptAsync("""
            Object.defineProperty(Notification, 'permission', { get: () => 'default' });
            Notification.requestPermission = async () => 'default';
            """);
        await page.Open("/chat");

        await Toggle(page).ClickAsync();

        await Expect(Status(page)).ToHaveTextAsync("알림을 허용하지 않아서 켜지 않았어요. 다시 누르고 허용해주세요.");
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

    private static ILocator Status(IPage page) => page.Locator("[data-notification-status]");

    private Task Registered(FakePushClient client) => Wait.Until(
        () => _host.Data(db => db.PushSubscriptions.AnyAsync(s => s.Endpoint == client.Endpoint && !s.IsSuspended)),
        "the server has the subscription");

    /// <summary>Opens the chat list on such a device, with notifications switched on.</summary>
    private async Task<IPage> SwitchedOn(TestBrowser person, params FakePushClient[] browsers)
    {
        var page = await Device(person, browsers);
        await page.Open("/chat");
        await Toggle(page).ClickAsync();
        await Expect(Toggle(page)).ToHaveAttributeAsync("aria-pressed", "true");
        return page;
    }

    /// <summary>
    /// A device that grants the notification permission and subscribes to the test's push service: the first time as the first of these
    /// clients, after it has unsubscribed as the next one. As in browsers, subscribing twice gives the same subscription.
    /// </summary>
    private async Task<IPage> Device(TestBrowser person, params FakePushClient[] browsers)
    {
        var page = await Device(_host, person);
        await page.Context.GrantPermissionsAsync(["notifications"], new() { Origin = _host.Url });
        var clients = JsonSerializer.Serialize(browsers.Select(
            browser => new { endpoint = browser.Endpoint, keys = new { p256dh = browser.P256dh, auth = browser.Auth } }));
        await page.AddInitScriptAsync($$"""
            {
              const KEPT = 'test:subscription', COUNT = 'test:subscribed';
              const clients = {{clients}};
              const subscription = key => {
                const client = clients[(Number(localStorage.getItem(COUNT)) - 1) % clients.length];
                return {
                  endpoint: client.endpoint,
                  options: {
                    applicationServerKey: Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0)).buffer,
                  },
                  toJSON: () => client,
                  unsubscribe: async () => localStorage.removeItem(KEPT),
                };
              };
              PushManager.prototype.getSubscription = async () => localStorage.getItem(KEPT) && subscription(localStorage.getItem(KEPT));
              PushManager.prototype.subscribe = async ({ applicationServerKey: key }) => {
                if (!localStorage.getItem(KEPT)) localStorage.setItem(COUNT, Number(localStorage.getItem(COUNT)) + 1);
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
