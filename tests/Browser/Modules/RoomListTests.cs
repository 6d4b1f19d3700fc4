using System.Collections.Concurrent;
using System.Text.Json;
using MarketChat.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>The chat list alone, in the markup and the styles of the real one.</summary>
public sealed class RoomListTests(KestrelHost host) : ModuleTest(host)
{
    private static string? _markup;

    [BrowserFact]
    public async Task A_first_room_takes_the_place_of_the_empty_state()
    {
        var page = await Open();
        await Expect(page.Locator("[data-empty]")).ToBeVisibleAsync();

        await Show(page, "card(7, { counterpart: '민지', productTitle: '로드 자전거', preview: '안녕하세요', unread: 2 })");

        await Expect(page.Locator("[data-empty]")).ToHaveCountAsync(0);
        var card = page.Locator("[data-room-id='7']");
        await Expect(card.Locator("a")).ToHaveAttributeAsync("href", "/chat/7");
        await Expect(card.Locator("[data-name]")).ToHaveTextAsync("민지");
        await Expect(card.Locator(".avatar")).ToHaveTextAsync("민");
        await Expect(card.Locator("[data-product-title]")).ToHaveTextAsync("로드 자전거");
        await Expect(card.Locator("[data-preview]")).ToHaveTextAsync("안녕하세요");
        await Expect(card.Locator("time")).ToHaveTextAsync("방금");
        await Expect(card.Locator("time"))
            .ToHaveAttributeAsync("datetime", new System.Text.RegularExpressions.Regex("^2[0-9-]+T[0-9:.]+Z$"));
        await Expect(card.Locator("[data-unread-count]")).ToHaveTextAsync("2개 안 읽음");
        (await card.GetAttributeAsync("data-unread")).ShouldBe("2");
    }

    [BrowserFact]
    public async Task A_new_card_shows_what_the_server_would_show_in_korean() => await ShouldShow("ko", isKnown: false);

    [BrowserFact]
    public async Task A_new_card_shows_what_the_server_would_show_in_english() => await ShouldShow("en", isKnown: false);

    [BrowserFact]
    public async Task A_card_that_changes_shows_what_the_server_would_show()
    {
        foreach (var language in new[] { "ko", "en" }) await ShouldShow(language, isKnown: true);
    }

    [BrowserFact]
    public async Task An_empty_answer_leaves_the_empty_state()
    {
        var page = await Open();

        await Show(page, "");

        await Expect(page.Locator("[data-empty]")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Rooms_follow_the_order_of_the_answer_as_the_same_elements()
    {
        var page = await Open();
        await Show(page, "card(1), card(2), card(3), card(4)");
        await page.EvaluateAsync("() => { for (const card of document.querySelectorAll('.room-card')) card.mark = card.dataset.roomId; }");

        foreach (var order in new[] { "3,1,2,4", "4,3,2,1", "1,2,3,4", "2,1,4,3" })
        {
            await Show(page, string.Join(',', order.Split(',').Select(id => $"card({id})")));

            (await page.EvaluateAsync<string>("() => [...document.querySelectorAll('.room-card')].map(card => card.mark).join()"))
                .ShouldBe(order);
        }
    }

    [BrowserFact]
    public async Task A_new_room_stands_where_the_answer_has_it_and_older_pages_stay_below()
    {
        var page = await Open();
        await Show(page, "card(1), card(2), card(3)");

        await Show(page, "card(9), card(2), card(8)");

        (await Order(page)).ShouldBe("9,2,8,1,3");
    }

    [BrowserFact]
    public async Task A_card_whose_text_a_translator_replaced_is_still_updated()
    {
        var page = await Open();
        await Show(page, "card(1, { counterpart: '민지', preview: '안녕하세요', unread: 1 })");
        await Translate(page);

        await Show(page, "card(1, { counterpart: '민지', preview: '아직 있나요?', unread: 2 })");

        await Expect(page.Locator("[data-count]")).ToHaveTextAsync("2");
        await Expect(page.Locator("[data-preview]")).ToHaveTextAsync("아직 있나요?");
        await Expect(page.Locator("[data-name]")).ToHaveTextAsync("민지");

        // Puts each text into two elements, as the translator of Chromium does.
        static Task Translate(IPage page) => page.EvaluateAsync(
            """
            () => {
              const texts = document.createTreeWalker(document.querySelector('[data-room-list]'), NodeFilter.SHOW_TEXT);
              const found = [];
              while (texts.nextNode()) if (texts.currentNode.nodeValue.trim()) found.push(texts.currentNode);
              for (const text of found) {
                const [outer, inner] = [document.createElement('font'), document.createElement('font')];
                inner.textContent = `<${text.nodeValue}>`;
                outer.append(inner);
                text.replaceWith(outer);
              }
            }
            """);
    }

    [BrowserFact]
    public async Task The_number_of_unread_messages_comes_changes_and_goes()
    {
        var page = await Open();
        var card = page.Locator("[data-room-id='1']");
        var badge = card.Locator("[data-unread-count]");

        await Show(page, "card(1, { unread: 0 })");
        await Expect(badge).ToHaveCountAsync(0);
        (await card.GetAttributeAsync("data-unread")).ShouldBeNull();
        await Show(page, "card(1, { unread: 1 })");
        await Expect(badge).ToHaveTextAsync("1개 안 읽음");
        await Show(page, "card(1, { unread: 99 })");
        await Expect(badge).ToHaveTextAsync("99개 안 읽음");
        await Show(page, "card(1, { unread: 100 })");
        await Expect(badge).ToHaveTextAsync("99+개 안 읽음");
        await Show(page, "card(1, { unread: 0 })");

        await Expect(badge).ToHaveCountAsync(0);
        (await card.GetAttributeAsync("data-unread")).ShouldBeNull();
    }

    [BrowserFact]
    public async Task The_number_of_unread_messages_changes_on_a_translated_page_too()
    {
        var page = await Open();
        var badge = page.Locator("[data-room-id='1'] [data-unread-count]");
        await Show(page, "card(1, { unread: 1 })");

        // A translator replaces each text by elements of its own.
        await page.EvaluateAsync("""
            () => {
              const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              const found = [];
              while (texts.nextNode()) found.push(texts.currentNode);
              for (const text of found) {
                const font = document.createElement('font');
                font.textContent = text.nodeValue;
                text.replaceWith(font);
              }
            }
            """);
        await Show(page, "card(1, { unread: 12 })");

        await Expect(badge).ToHaveTextAsync("12개 안 읽음");
    }

    [BrowserFact]
    public async Task What_was_said_is_text()
    {
        var page = await Open();

        await Show(page, "card(1, { counterpart: '<i>민지</i>', preview: '<img src=x onerror=alert(1)>' })");

        await Expect(page.Locator("[data-name]")).ToHaveTextAsync("<i>민지</i>");
        await Expect(page.Locator("[data-preview]")).ToHaveTextAsync("<img src=x onerror=alert(1)>");
    }

    [BrowserFact]
    public async Task Pictures_come_and_an_avatar_may_go_back_to_its_initial()
    {
        var page = await Open();

        await Show(page, "card(1, { avatarUrl: '/logo.svg', productPhotoUrl: '/icons.svg' })");
        await Expect(page.Locator(".avatar img")).ToHaveAttributeAsync("src", "/logo.svg");
        await Expect(page.Locator("[data-product-photo] img")).ToHaveAttributeAsync("src", "/icons.svg");
        await Show(page, "card(1, { avatarUrl: null })");

        await Expect(page.Locator(".avatar")).ToHaveTextAsync("민");
        await Expect(page.Locator(".avatar img")).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task Focus_stays_on_a_card_that_moves()
    {
        var page = await Open();
        await Show(page, "card(1), card(2), card(3)");
        await page.FocusAsync("[data-room-id='3'] a");

        await Show(page, "card(3), card(1), card(2)");

        await Expect(page.Locator("[data-room-id='3'] a")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task News_fetch_the_list_and_the_same_version_does_not_fetch_it_again()
    {
        var page = await Open();
        var asked = await Serve(page, Rooms(5, 1, 2));
        await StartRoomList(page);

        await Publish(page, 5);
        await Until(page, "document.querySelectorAll('.room-card').length === 2");
        await Publish(page, 5);
        await Publish(page, 6);
        await Until(page, "answers.length === 2");

        asked.Count.ShouldBe(2);
    }

    [BrowserFact]
    public async Task News_that_arrive_while_the_list_is_being_fetched_are_not_lost()
    {
        var page = await Open();
        var release = new TaskCompletionSource();
        await Serve(page, FakeSendEndpoint.Held(release.Task, Rooms(5, 1)), Rooms(6, 2, 1));
        await StartRoomList(page);

        await Publish(page, 5);
        await Publish(page, 6);
        release.SetResult();

        await Until(page, "[...document.querySelectorAll('.room-card')].map(card => card.dataset.roomId).join() === '2,1'");
    }

    [BrowserFact]
    public async Task A_list_that_could_not_be_fetched_is_fetched_again_without_further_news()
    {
        var page = await (await Open()).SpeedUpTimers();
        await Serve(page, FakeSendEndpoint.Unreachable, FakeSendEndpoint.Status(503), Rooms(5, 1));
        await StartRoomList(page);

        await Publish(page, 5);

        await Expect(page.Locator(".room-card")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task An_expired_session_is_not_asked_again()
    {
        var page = await Open();
        var asked = await Serve(page, FakeSendEndpoint.Status(401));
        await StopTheClock(page);
        await StartRoomList(page);

        await Publish(page, 5);
        await Until(page, "answers.length === 1");
        await page.Clock.RunForAsync(60_000);

        asked.Count.ShouldBe(1);
    }

    [BrowserFact]
    public async Task A_list_that_nobody_sees_waits_until_somebody_looks()
    {
        var page = await Open();
        var asked = await Serve(page, Rooms(5, 1));
        await StartRoomList(page);
        await Hide(page);

        await Publish(page, 5);
        asked.ShouldBeEmpty();
        await Show(page);

        await Expect(page.Locator(".room-card")).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task The_list_of_one_product_stays_with_that_product()
    {
        var page = await Open();
        await page.EvaluateAsync("() => { document.querySelector('[data-room-list]').dataset.product = '12'; }");
        var asked = await Serve(page, Rooms(5, 1));
        await StartRoomList(page);

        await Publish(page, 5);

        await Expect(page.Locator(".room-card")).ToHaveCountAsync(1);
        asked.ShouldHaveSingleItem().ShouldEndWith("/chat?handler=Rooms&product=12");
    }

    /// <param name="isKnown">Whether the card already exists, with different content in every part.</param>
    private async Task ShouldShow(string language, bool isKnown)
    {
        var page = await Open(language);
        foreach (var expected in SharedCases.RoomCards.Where(card => card.Language == language))
        {
            var parts = await page.EvaluateAsync<string>("""
                async ({ json, name, isKnown }) => {
                  const { showCards } = await import('/js/room-list.js');
                  const { json: item, room, isOpen } = JSON.parse(json).find(card => card.name === name);
                  history.replaceState(null, '', isOpen ? '/chat/7' : '/chat');
                  const list = document.querySelector('[data-room-list]');
                  list.replaceChildren();
                  const updatedAt = new Date(Date.now() - room.minutesAgo * 60_000).toISOString();
                  if (isKnown) {
                    const preview = item.preview === null ? null : '먼저 한 말';
                    showCards(list, [card(7, { avatarUrl: '/logo.svg', productPhotoUrl: '/icons.svg', unread: 7, preview })]);
                  }
                  showCards(list, [{ ...item, id: 7, updatedAt }]);
                  const [element] = list.children;
                  const find = selector => element.querySelector(selector);
                  const badge = find('[data-unread-count]');
                  const photo = find('[data-product-photo] img')?.srcset;
                  if (element.dataset.unread !== (item.unread ? String(item.unread) : undefined)) return `unread ${element.dataset.unread}`;
                  if (find('a').getAttribute('href') !== '/chat/7') return find('a').href;
                  const parts = {
                    name: find('[data-name]').textContent,
                    avatar: find('.avatar img')?.srcset ?? find('.avatar').textContent,
                    color: find('.avatar').dataset.color,
                    product: find('[data-product-title]').textContent,
                    thumbnail: find('[data-product-photo]').matches('.thumbnail--none') ? photo ? `none and ${photo}` : 'none' : photo,
                    preview: find('[data-preview]').textContent,
                    time: find('time').textContent,
                    unread: badge ? Array.from(badge.childNodes, node => node.textContent).join(' ') : undefined,
                    current: find('a').getAttribute('aria-current') ?? undefined,
                  };
                  return JSON.stringify(parts);
                }
                """, new { json = SharedCases.Json("room-cards"), name = expected.Name, isKnown });

            parts.ShouldStartWith("{", customMessage: expected.Name);
            JsonSerializer.Deserialize<Dictionary<string, string>>(parts).ShouldBe(expected.Card, ignoreOrder: true, expected.Name);
        }
    }

    private async Task<IPage> Open(string language = "ko")
    {
        var markup = language == "ko" ? _markup ??= await EmptyList(language) : await EmptyList(language);
        var page = await Blank($"""<div class="chat chat--list">{markup}</div>""", language, styles: true);
        await page.EvaluateAsync("""
            () => {
              window.card = (id, more) => ({
                id, counterpart: '민지', initial: '민', colorIndex: 3, avatarUrl: null, productTitle: '자전거', productPhotoUrl: null,
                preview: `말 ${id}`, updatedAt: new Date().toISOString(), unread: 0, ...more,
              });
            }
            """);
        return page;
    }

    private async Task<string> EmptyList(string language) => await Markup(await Host.SignedIn("bob", language), "/chat", ".chat__list");

    private static async Task Show(IPage page, string cards) => await page.EvaluateAsync($$"""
        async () => (await import('/js/room-list.js')).showCards(document.querySelector('[data-room-list]'), [{{cards}}])
        """);

    private static async Task StartRoomList(IPage page)
    {
        await CountAnswers(page);
        await page.EvaluateAsync("""
            async () => {
              window.publish = (await import('/js/room-events.js')).publish;
              (await import('/js/room-list.js')).startRoomList();
            }
            """);
    }

    private static async Task Publish(IPage page, int version) =>
        await page.EvaluateAsync("version => publish({ unreadRooms: 1, version })", version);

    /// <summary>Returns the responses in order and repeats the last one.</summary>
    private static async Task<ConcurrentQueue<string>> Serve(IPage page, params Func<IRoute, Task>[] answers)
    {
        var asked = new ConcurrentQueue<string>();
        await page.RouteAsync("**/chat?handler=Rooms**", route =>
        {
            asked.Enqueue(route.Request.Url);
            return answers[Math.Min(asked.Count, answers.Length) - 1](route);
        });
        return asked;
    }

    private static Func<IRoute, Task> Rooms(int version, params int[] ids) => route => route.FulfillAsync(new()
    {
        ContentType = "application/json",
        Body = $$"""{"version": {{version}}, "rooms": [{{string.Join(',', ids.Select(Card))}}]}""",
    });

    private static string Card(int id) => $$"""
        {"id": {{id}}, "counterpart": "민지", "initial": "민", "tone": 3, "avatarUrl": null, "productTitle": "자전거", "productPhotoUrl": null,
         "preview": "말", "updatedAt": "2026-11-22T03:00:00Z", "unread": 0}
        """;

    private static async Task<string> Order(IPage page) =>
        await page.EvaluateAsync<string>("() => [...document.querySelectorAll('.room-card')].map(card => card.dataset.roomId).join()");
}
