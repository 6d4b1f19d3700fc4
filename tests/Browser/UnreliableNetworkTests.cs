using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser;

public sealed partial class UnreliableNetworkTests(KestrelHost host) : BrowserTest, IClassFixture<KestrelHost>
{
    [BrowserFact]
    public async Task What_is_written_offline_arrives_once_and_in_order_even_after_a_reload()
    {
        var (buyer, talk) = await OpenRoom();
        await buyer.Context.SetOfflineAsync(true);
        await Expect(buyer.Locator("[data-trouble]")).ToBeVisibleAsync();
        foreach (var text in new[] { "하나", "둘", "셋" }) await buyer.Say(text);
        await Expect(buyer.Messages()).ToHaveCountAsync(3);
        await Expect(buyer.Messages().Nth(0)).ToContainTextAsync("연결되면 보낼게요");
        await Expect(buyer.Messages().Nth(2)).ToContainTextAsync("연결되면 보낼게요");
        await Expect(buyer.Locator("[data-state=failed]")).ToHaveCountAsync(0);

        await Should.ThrowAsync<PlaywrightException>(() => buyer.ReloadAsync()); // The page cannot be loaded offline.
        await buyer.Context.SetOfflineAsync(false);
        await buyer.Open(talk.Url);

        await Expect(buyer.Stored()).ToHaveCountAsync(3);
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["하나", "둘", "셋"]);
        (await buyer.Texts()).ShouldBe(["하나", "둘", "셋"]);
    }

    [BrowserFact]
    public async Task What_is_written_offline_far_back_in_the_past_shows_and_arrives()
    {
        var (buyer, talk) = await OpenRoom(messages: 120);
        var first = await host.Data(db => Task.FromResult(db.Messages.Where(m => m.ChatRoomId == talk.RoomId).Min(m => m.Id)));
        await buyer.Open($"{talk.Url}?at={first}#at");
        await Expect(buyer.Locator("[data-newer]")).ToBeVisibleAsync();
        await buyer.Context.SetOfflineAsync(true);
        await Expect(buyer.Locator("[data-trouble]")).ToBeVisibleAsync();

        await buyer.Say("이제 쓴 말");

        await buyer.ShouldSee("이제 쓴 말");
        await buyer.Context.SetOfflineAsync(false);
        await Wait.Until(async () => (await talk.Poll(talk.Seller)).Messages[^1].Payload == "이제 쓴 말", "it arrives");
    }

    [BrowserFact]
    public async Task Coming_back_online_sends_at_once_without_a_reload()
    {
        var (buyer, talk) = await OpenRoom();
        await buyer.Context.SetOfflineAsync(true);
        await buyer.Say("터널 안에서");
        await Expect(buyer.Messages()).ToHaveCountAsync(1);

        await buyer.Context.SetOfflineAsync(false);

        await Expect(buyer.Stored()).ToHaveCountAsync(1);
        await Expect(buyer.Locator("[data-trouble]")).ToBeHiddenAsync();
        (await talk.Poll(talk.Seller)).Messages.Count.ShouldBe(1);
    }

    [BrowserFact]
    public async Task An_expired_session_keeps_the_text_offers_sign_in_and_sends_afterwards()
    {
        var (buyer, talk) = await OpenRoom();
        await buyer.Context.ClearCookiesAsync(new() { Name = "market-session" });
        await buyer.Say("로그인이 풀렸네요");
        await buyer.Composer().FillAsync("쓰다 만 글");

        await Expect(buyer.Locator("[data-trouble] a")).ToBeVisibleAsync();
        await Expect(buyer.Messages().Last).ToContainTextAsync("로그인하면 보낼게요");
        var polls = 0;
        buyer.Request += (_, request) => polls += request.Url.Contains("handler=Messages", StringComparison.Ordinal) ? 1 : 0;
        await Expect(buyer.Composer()).ToHaveValueAsync("쓰다 만 글");
        await buyer.ClickAsync("[data-trouble] a");
        polls.ShouldBe(0);

        await buyer.FillAsync("[name=userName i]", talk.Buyer.Name);
        await buyer.FillAsync("[name=password i]", MarketHost.Password);
        await buyer.PressAsync("[name=password i]", "Enter");

        await buyer.WaitForURLAsync($"**{talk.Url}");
        await Expect(buyer.Stored()).ToHaveCountAsync(1);
        await Expect(buyer.Composer()).ToHaveValueAsync("쓰다 만 글");
        (await talk.Poll(talk.Seller)).Messages.Single().Payload.ShouldBe("로그인이 풀렸네요");
    }

    [BrowserFact]
    public async Task What_could_not_be_sent_stays_can_be_retried_or_deleted_and_keeps_its_client_id()
    {
        var (buyer, talk) = await OpenRoom();
        var clientIds = new List<string>();
        await buyer.RouteAsync("**/send", async route =>
        {
            clientIds.Add(ClientId().Match(route.Request.PostData!).Groups[1].Value);
            await route.AbortAsync();
        });

        await buyer.Say("안 가는 메시지");
        var failed = buyer.Locator("[data-state=failed]");
        await Expect(failed).ToContainTextAsync("보내지 못했어요", new() { Timeout = 30_000 });
        await buyer.Say("뒤에 선 메시지");
        var tries = clientIds.Count;
        await failed.Locator("[data-retry]").ClickAsync();
        await Wait.Until(() => clientIds.Count > tries, "it is tried again");
        await buyer.UnrouteAsync("**/send");

        await Expect(buyer.Stored()).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        clientIds.Distinct().Count().ShouldBe(1, "the one behind waits its turn");
        (await talk.Poll(talk.Seller)).Messages.Select(m => $"{m.ClientId}").ShouldContain(clientIds[0]);

        await buyer.RouteAsync("**/send", route => route.AbortAsync());
        await buyer.Say("이건 지울게요");
        await failed.Locator("[data-discard]").ClickAsync(new() { Timeout = 30_000 });
        await Expect(buyer.Messages()).ToHaveCountAsync(2);
        await buyer.ReloadAsync();
        await Expect(buyer.Messages()).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task Reading_older_messages_is_not_disturbed_by_new_ones_and_the_button_leads_back()
    {
        var (seller, talk) = await OpenRoom(messages: 80, asSeller: true);
        await seller.EvaluateAsync("document.querySelector('[data-scroll]').scrollTop = -900");
        var (reading, top) = await FirstInView(seller);

        for (var i = 1; i <= 5; i++) await talk.Send(talk.Buyer, $"새로 온 것 {i}");

        var button = seller.Locator("[data-unseen-button]");
        await Expect(button).ToContainTextAsync("5");
        var (still, stillTop) = await FirstInView(seller);
        still.ShouldBe(reading);
        stillTop.ShouldBe(top, tolerance: 1);

        await button.ClickAsync();
        await Expect(seller.Messages().Last).ToBeInViewportAsync();
        await Expect(button).ToBeHiddenAsync();
        await Expect(seller.Locator("[data-scroll]")).ToBeFocusedAsync();
        await talk.Send(talk.Buyer, "끝에서는 따라가요");
        await Expect(seller.Messages().Last).ToContainTextAsync("끝에서는 따라가요");
        await Expect(seller.Messages().Last).ToBeInViewportAsync();
        await Expect(button).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task A_room_of_five_thousand_messages_stays_light_and_scrolls_back_without_a_jump()
    {
        var (seller, _) = await OpenRoom(messages: 5_000, asSeller: true);
        (await seller.Messages().CountAsync()).ShouldBeLessThanOrEqualTo(100);

        for (var page = 0; page < 12; page++)
        {
            // Scrolls within reach of the oldest loaded message, and records the first visible message before the next page arrives.
            var said = await seller.EvaluateAsync<double[]>("""
                () => {
                  const scroll = document.querySelector('[data-scroll]');
                  const messages = [...document.querySelectorAll('[data-messages] .message')];
                  scroll.scrollTop = -(scroll.scrollHeight - scroll.clientHeight - 300);
                  const top = scroll.getBoundingClientRect().top;
                  const first = messages.find(m => m.getBoundingClientRect().bottom > top);
                  return [Number(messages[0].dataset.messageId), Number(first.dataset.messageId), first.getBoundingClientRect().top];
                }
                """);
            var (oldest, reading, before) = ((long)said[0], (long)said[1], said[2]);
            await seller.WaitForFunctionAsync(
                "oldest => Number(document.querySelector('[data-messages] .message').dataset.messageId) !== oldest", oldest);

            var after = await seller.EvaluateAsync<double>(
                "id => document.querySelector(`[data-message-id='${id}']`).getBoundingClientRect().top", reading);
            after.ShouldBe(before, tolerance: 1);
            (await seller.Messages().CountAsync()).ShouldBeLessThanOrEqualTo(340);
        }

        var ids = await seller.EvaluateAsync<long[]>(
            "[...document.querySelectorAll('[data-messages] .message')].map(m => Number(m.dataset.messageId))");
        ids.ShouldBeInOrder();
        ids.ShouldBeUnique();

        // Then scrolls forward again, to the very end.
        await seller.EvaluateAsync("document.querySelector('[data-scroll]').scrollTop = 0");
        await seller.WaitForFunctionAsync("""
            () => {
              const scroll = document.querySelector('[data-scroll]');
              scroll.scrollTop = 0;
              return [...document.querySelectorAll('[data-messages] .message')].at(-1).textContent.includes('메시지 5000');
            }
            """);
    }

    [BrowserFact]
    public async Task The_link_to_older_messages_leaves_the_focus_to_the_conversation_with_the_last_page()
    {
        var (page, _) = await OpenRoom(messages: 130, asSeller: true);
        var older = page.Locator("[data-older] a");
        await Expect(older).ToBeVisibleAsync();

        await older.FocusAsync();
        await page.WaitForFunctionAsync("""
            () => {
              const older = document.querySelector('[data-older]');
              if (!older.hidden) older.firstElementChild.click();
              return older.hidden;
            }
            """);

        await Expect(page.Locator("[data-scroll]")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task The_room_opens_at_the_first_unread_message_and_its_divider_stays_for_the_visit()
    {
        var talk = await Conversation.Create(host);
        await Fill(talk, 60);
        await talk.Seller.Page(talk.Url);
        await Fill(talk, 25);
        var seller = await Device(host, talk.Seller);

        await seller.Open(talk.Url);

        var divider = seller.Locator("[data-messages] [data-divider]");
        await Expect(divider).ToBeInViewportAsync();
        await Expect(seller.Messages().Last).Not.ToBeInViewportAsync();
        await talk.Send(talk.Buyer, "하나 더");
        await Expect(seller.Locator("[data-unseen-button]")).ToBeVisibleAsync();
        await Expect(divider).ToHaveCountAsync(1);
    }

    [BrowserFact]
    public async Task A_message_is_read_when_it_is_seen_and_not_before()
    {
        var (seller, talk) = await OpenRoom(messages: 80, asSeller: true);
        await seller.EvaluateAsync("document.querySelector('[data-scroll]').scrollTop = -900");
        await seller.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");

        var message = await talk.Send(talk.Buyer, "아래에 온 것");
        await Expect(seller.Locator("[data-unseen-button]")).ToBeVisibleAsync();
        (await talk.Poll(talk.Buyer)).CounterpartReadUpTo.ShouldBeLessThan(message.Id);

        await seller.ClickAsync("[data-unseen-button]");
        await Wait.Until(async () => (await talk.Poll(talk.Buyer)).CounterpartReadUpTo == message.Id, "the message is read");
    }

    [BrowserFact]
    public async Task Reading_in_one_tab_clears_the_badge_in_both_and_each_holds_one_question_at_most()
    {
        var talk = await Conversation.Create(host);
        var first = await Device(host, talk.Seller);
        var second = await first.Context.NewPageAsync();
        var most = new[] { MostQuestionsAtOnce(first), MostQuestionsAtOnce(second) };
        await first.Open("/");
        await second.Open("/account/profile");
        await talk.Send(talk.Buyer, "안녕하세요");
        await Expect(first.Locator("[data-badge]")).ToHaveTextAsync("1");
        await Expect(second.Locator("[data-badge]")).ToHaveTextAsync("1");

        await first.Open(talk.Url);

        await Expect(first.Locator("[data-badge]")).ToHaveCountAsync(0);
        await Expect(second.Locator("[data-badge]")).ToHaveCountAsync(0);
        most.Select(count => count()).ShouldBe([1, 1]);
    }

    [BrowserFact]
    public async Task The_list_moves_by_itself()
    {
        var talk = await Conversation.Create(host);
        var other = await host.AddProduct(talk.Seller.Id, "소파");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var newer = await host.AddRoom(other, talk.Buyer.Id);
        var buyer = await Device(host, talk.Buyer);
        await buyer.Open("/chat");
        await Expect(buyer.Locator("[data-room-id]").First).ToHaveAttributeAsync("data-room-id", $"{newer}");

        await talk.Send(talk.Seller, "아직 있어요");

        var card = buyer.Locator($"[data-room-id='{talk.RoomId}']");
        await Expect(buyer.Locator("[data-room-id]").First).ToHaveAttributeAsync("data-room-id", $"{talk.RoomId}");
        await Expect(card).ToContainTextAsync("아직 있어요");
        await Expect(card).ToHaveAttributeAsync("data-unread", "1");
        await Expect(buyer.Locator("[data-room-id]")).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task The_whole_main_job_can_be_done_by_keyboard_alone()
    {
        var talk = await Conversation.Create(host);
        var seller = await Device(host, talk.Seller);
        await talk.Send(talk.Buyer, "키보드로 되나요?");
        await seller.Open("/");

        await TabTo(seller, ".tabs a[href='/chat']");
        await seller.Keyboard.PressAsync("Enter");
        await seller.WaitForURLAsync("**/chat");
        await TabTo(seller, $"[data-room-id='{talk.RoomId}'] a");
        await seller.Keyboard.PressAsync("Enter");
        await seller.WaitForURLAsync($"**{talk.Url}");
        await TabTo(seller, "[data-composer] textarea");
        await seller.Keyboard.TypeAsync("네, 됩니다");
        await seller.Keyboard.PressAsync("Enter");

        await Expect(seller.Stored()).ToHaveCountAsync(2);
        await Expect(seller.Composer()).ToBeFocusedAsync();
    }

    private async Task<(IPage Page, Conversation Talk)> OpenRoom(int messages = 0, bool asSeller = false)
    {
        var talk = await Conversation.Create(host);
        await Fill(talk, messages);
        var person = asSeller ? talk.Seller : talk.Buyer;
        if (messages > 0) await talk.MarkRead(person, long.MaxValue); // Marks everything as read, so that the room opens at its end.
        var page = await Device(host, person);
        return (await (await page.SpeedUpTimers()).OpenRoom(talk.Url), talk);
    }

    private Task Fill(Conversation talk, int count) => host.Data(async db =>
    {
        var room = await db.ChatRooms.Include(r => r.Members).SingleAsync(r => r.Id == talk.RoomId);
        var before = (int)room.Rev;
        for (var i = 1; i <= count; i++)
        {
            db.Messages.Add(new Message
            {
                Payload = $"메시지 {before + i}", UserId = talk.Buyer.Id, ChatRoomId = talk.RoomId, ClientId = Guid.NewGuid(),
                Rev = ++room.Rev, CreatedAt = host.Clock.UtcNow,
            });
        }

        await db.SaveChangesAsync();
        if (count > 0) room.Seller().LastIncomingMessageId = db.Messages.Local.Max(m => m.Id);
        return await db.SaveChangesAsync();
    });

    /// <summary>The first visible message and its top position, once the page has been painted.</summary>
    private static async Task<(long Id, double Top)> FirstInView(IPage page)
    {
        var said = await page.EvaluateAsync<double[]>("""
            () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
              const top = document.querySelector('[data-scroll]').getBoundingClientRect().top;
              const first = [...document.querySelectorAll('[data-messages] .message')].find(m => m.getBoundingClientRect().bottom > top);
              done([Number(first.dataset.messageId), first.getBoundingClientRect().top]);
            })))
            """);
        return ((long)said[0], said[1]);
    }

    private static Func<int> MostQuestionsAtOnce(IPage page)
    {
        var underWay = new HashSet<IRequest>();
        var most = 0;
        page.Request += (_, request) =>
        {
            if (IsQuestion(request) && underWay.Add(request)) most = Math.Max(most, underWay.Count);
        };
        page.RequestFinished += (_, request) => underWay.Remove(request);
        page.RequestFailed += (_, request) => underWay.Remove(request);
        page.FrameNavigated += (_, _) => underWay.Clear(); // Navigation ends the requests of the previous page.
        return () => most;

        static bool IsQuestion(IRequest request) =>
            request.Url.Contains("handler=Messages", StringComparison.Ordinal) || request.Url.Contains("/badge", StringComparison.Ordinal);
    }

    private static async Task TabTo(IPage page, string selector)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) ?? false", selector)) return;
        }

        throw new InvalidOperationException($"The keyboard does not reach {selector}.");
    }

    [GeneratedRegex("clientId=([0-9a-f-]{36})")]
    private static partial Regex ClientId();
}
