using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>The message list alone, in the markup and the styles of the real room.</summary>
public sealed class MessageListTests(KestrelHost host) : ModuleTest(host)
{
    private static string? _markup;

    [BrowserFact]
    public async Task Messages_stand_in_the_order_of_their_ids_whatever_the_order_of_arrival()
    {
        var page = await Open();

        await Run(page, "log.add([message(3), message(1)]); log.add([message(5)]); log.add([message(4), message(2)])");

        (await Ids(page)).ShouldBe(["1", "2", "3", "4", "5"]);
    }

    [BrowserFact]
    public async Task A_message_that_arrives_twice_stands_there_once()
    {
        var page = await Open();

        await Run(page, "window.first = log.add(messages(1, 3)).map(known => known.id)");
        await Run(page, "window.second = log.add([...messages(2, 4), message(4)]).map(known => known.id)");

        (await Ids(page)).ShouldBe(["1", "2", "3", "4"]);
        (await page.EvaluateAsync<int[]>("() => first")).ShouldBe([1, 2, 3]);
        (await page.EvaluateAsync<int[]>("() => [...new Set(second)]")).ShouldBe([4]);
    }

    [BrowserFact]
    public async Task My_unsent_message_stands_last_and_settles_in_place_as_the_same_element()
    {
        var page = await Open();
        await Run(page, "log.add(messages(1, 2))");
        await Run(page, "log.addPending(pending('mine', '보내는 중')); log.mark('mine', 'sending', '보내는 중…')");
        await Run(page, "log.add([message(3)])");
        (await Ids(page)).ShouldBe(["1", "2", "3", "unsent"]);
        await page.EvaluateAsync("""
            () => {
              window.bubble = document.querySelector('[data-client-id=mine]');
              window.moved = 0;
              const list = find('[data-messages]');
              new MutationObserver(records => {
                moved += records.filter(record => record.type === 'childList' && record.target === list).length;
              }).observe(list, { childList: true });
            }
            """);

        await Run(page, "window.unknown = log.add([message(4, { clientId: 'mine', mine: true, payload: '보내는 중' })])");

        (await Ids(page)).ShouldBe(["1", "2", "3", "4"]);
        (await page.EvaluateAsync<bool>("() => document.querySelector('[data-message-id=\"4\"]') === bubble")).ShouldBeTrue();
        (await page.EvaluateAsync<int>("() => moved")).ShouldBe(0);
        (await page.EvaluateAsync<int>("() => unknown.length")).ShouldBe(0);
        (await page.EvaluateAsync<bool>("() => 'state' in bubble.dataset || !bubble.querySelector('[data-state-note]').hidden"))
            .ShouldBeFalse();
    }

    [BrowserFact]
    public async Task What_is_stored_settles_before_what_is_still_on_its_way()
    {
        var page = await Open();
        await Run(page, "log.addPending(pending('a', '하나')); log.addPending(pending('b', '둘')); log.addPending(pending('c', '셋'))");

        await Run(page, "log.add([message(7, { clientId: 'b', mine: true, payload: '둘' })])");
        (await page.Texts()).ShouldBe(["둘", "하나", "셋"]);
        await Run(page,
            "log.add([message(8, { clientId: 'c', mine: true, payload: '셋' }), message(9, { clientId: 'a', mine: true, payload: '하나' })])");

        (await page.Texts()).ShouldBe(["둘", "셋", "하나"]);
        (await Ids(page)).ShouldBe(["7", "8", "9"]);
    }

    [BrowserFact]
    public async Task A_message_shown_twice_stands_there_once_even_if_it_is_stored_already()
    {
        var page = await Open();
        await Run(page, "log.add([message(1, { clientId: 'a', mine: true })])");

        await Run(page, "log.addPending(pending('a', '하나')); log.addPending(pending('b', '둘')); log.addPending(pending('b', '둘'))");

        (await Ids(page)).ShouldBe(["1", "unsent"]);
    }

    [BrowserFact]
    public async Task The_others_message_under_my_client_id_is_a_message_of_its_own()
    {
        var page = await Open();
        await Run(page, "log.add([message(1, { clientId: 'a', mine: true, payload: '내 말' })])");

        await Run(page, "log.add([message(2, { clientId: 'a', mine: false, payload: '남의 말' })])");

        (await page.Texts()).ShouldBe(["내 말", "남의 말"]);
        (await Ids(page)).ShouldBe(["1", "2"]);
    }

    [BrowserFact]
    public async Task Text_is_text_and_links_are_links()
    {
        var page = await Open();

        await Run(page, "log.add([message(1, { payload: '<b>굵게</b> https://example.com/a?b=1&c=2 좋아요' })])");

        (await page.Texts()).ShouldBe(["<b>굵게</b> https://example.com/a?b=1&c=2 좋아요"]);
        (await page.Locator("[data-text] b").CountAsync()).ShouldBe(0);
        (await page.Locator("[data-text] a").GetAttributeAsync("href")).ShouldBe("https://example.com/a?b=1&c=2");
        (await page.Locator("[data-text] a").GetAttributeAsync("rel")).ShouldBe("nofollow noopener ugc");
    }

    [BrowserFact]
    public async Task Messages_of_one_person_within_five_minutes_stand_together()
    {
        var page = await Open();

        await Run(page, """
            log.add([
              message(1, { sentAt: '2026-11-22T03:00:00Z' }),
              message(2, { sentAt: '2026-11-22T03:04:59.999Z' }),
              message(3, { sentAt: '2026-11-22T03:09:59.999Z' }),
              message(4, { sentAt: '2026-11-22T03:10:01Z', mine: true }),
              message(5, { sentAt: '2026-11-22T03:10:02Z' }),
            ])
            """);

        (await GroupPositions(page)).ShouldBe(["starts", "ends", "alone", "alone", "alone"]);
        await Run(page, "log.add([message(6, { sentAt: '2026-11-22T03:10:03Z' })])");
        (await GroupPositions(page)).ShouldBe(["starts", "ends", "alone", "alone", "starts", "ends"]);
    }

    [BrowserFact]
    public async Task Days_groups_and_divider_are_those_of_the_server_in_whatever_order_messages_arrive()
    {
        foreach (var zone in SharedCases.MessageGroups.GroupBy(groups => groups.Zone))
        {
            var page = await Open(zone: zone.Key);
            foreach (var groups in zone)
            {
                var numbers = Enumerable.Range(1, groups.Messages.Count);
                var divider = DividedMessage(groups);
                (await Arrange(page, groups, 1, groups.Messages.Count, divider)).ShouldBe(groups.Log, groups.Name);
                foreach (var first in numbers.Where(number => divider is null || number == divider))
                {
                    (await Arrange(page, groups, first, first, divider)).ShouldBe(groups.Log, $"{groups.Name}, from {first} on");
                }
            }
        }
    }

    [BrowserFact]
    public async Task Each_day_has_one_label_also_when_the_days_arrive_backwards()
    {
        var page = await Open(hasOlder: true);

        // Midnight in Seoul is 15:00 UTC.
        await Run(page, "log.add([message(5, { sentAt: '2026-11-21T15:00:00Z' }), message(6, { sentAt: '2026-11-22T03:00:00Z' })])");
        (await Log(page)).ShouldBe(["2026-11-22", "5", "6"]);
        await Run(page,
            "log.addOlder([message(3, { sentAt: '2026-11-20T03:00:00Z' }), message(4, { sentAt: '2026-11-21T14:59:59Z' })], true)");
        (await Log(page)).ShouldBe(["2026-11-20", "3", "2026-11-21", "4", "2026-11-22", "5", "6"]);
        await Run(page,
            "log.addOlder([message(1, { sentAt: '2026-11-20T01:00:00Z' }), message(2, { sentAt: '2026-11-20T02:00:00Z' })], false)");

        (await Log(page)).ShouldBe(["2026-11-20", "1", "2", "3", "2026-11-21", "4", "2026-11-22", "5", "6"]);
    }

    [BrowserFact]
    public async Task A_day_label_goes_with_its_last_message()
    {
        var page = await Open();
        await Run(page, "log.add([message(1, { sentAt: '2026-11-20T03:00:00Z' })])");
        await Run(page, "log.addPending({ clientId: 'a', payload: '하나', writtenAt: Date.parse('2026-11-22T03:00:00Z') })");
        (await Log(page)).ShouldBe(["2026-11-20", "1", "2026-11-22", "unsent"]);

        await Run(page, "log.removePending('a')");

        (await Log(page)).ShouldBe(["2026-11-20", "1"]);
    }

    [BrowserFact]
    public async Task The_divider_stays_with_the_first_unread_message()
    {
        var page = await Open(hasOlder: true, first: "[message(10), message(11)]", dividerBefore: 10);
        (await Log(page)).ShouldBe(["2026-11-22", "divider", "10", "11"]);

        await Run(page, "log.add([message(12)])");
        await Run(page, "log.addOlder([message(8, { sentAt: '2026-11-21T03:00:00Z' }), message(9)], true)");

        (await Log(page)).ShouldBe(["2026-11-21", "8", "2026-11-22", "9", "divider", "10", "11", "12"]);
        (await GroupPositions(page))[2].ShouldBe("starts"); // 9 and 10 would be one group without the divider.
    }

    [BrowserFact]
    public async Task At_the_end_the_newest_is_followed()
    {
        var page = await Open(first: "messages(1, 60)");
        await Run(page, "find('[data-scroll]').scrollTop = -90");

        await Run(page, "log.add(messages(61, 63))");

        (await page.EvaluateAsync<double>("() => find('[data-scroll]').scrollTop")).ShouldBe(0);
        (await IsOnScreen(page, 63)).ShouldBeTrue();
    }

    [BrowserFact]
    public async Task What_is_being_read_stays_where_it_is_when_newer_messages_arrive()
    {
        var page = await Open(first: "messages(1, 60)");
        await Run(page, "find('[data-scroll]').scrollTop = -700");

        await ShouldStayInPlace(page, "log.add(messages(61, 64))");
        await ShouldStayInPlace(page, "log.add([message(65, { payload: '아주 길어요\\n'.repeat(40) })])");
        await ShouldStayInPlace(page, "log.add([message(66, { sentAt: '2026-11-24T03:00:00Z' })])");
        (await IsOnScreen(page, 66)).ShouldBeFalse();
    }

    [BrowserFact]
    public async Task What_is_being_read_stays_where_it_is_when_older_messages_are_fetched()
    {
        var page = await Open(hasOlder: true, first: "messages(100, 160)");
        await Run(page, "find('[data-scroll]').scrollTop = -1e6");

        await ShouldStayInPlace(page, "log.addOlder(messages(60, 99), true)");
        await Run(page, "find('[data-scroll]').scrollTop = -1e6");
        await ShouldStayInPlace(page, "log.addOlder(messages(20, 59, { sentAt: '2026-11-20T03:00:00Z' }), false)");
    }

    [BrowserFact]
    public async Task What_is_being_read_stays_where_it_is_when_a_message_of_mine_fails()
    {
        var page = await Open(first: "messages(1, 60)");
        await Run(page, "log.addPending(pending('a', '하나'))");
        await Run(page, "find('[data-scroll]').scrollTop = -700");

        await ShouldStayInPlace(page, "log.mark('a', 'failed', '보내지 못했어요.\\n다시 시도할게요.')");
        await ShouldStayInPlace(page, "log.removePending('a')");
    }

    [BrowserFact]
    public async Task Writing_leads_to_the_end()
    {
        var page = await Open(first: "messages(1, 60)");
        await Run(page, "find('[data-scroll]').scrollTop = -700");

        await Run(page, "log.addPending(pending('a', '하나'))");

        (await page.EvaluateAsync<double>("() => find('[data-scroll]').scrollTop")).ShouldBe(0);
    }

    [BrowserFact]
    public async Task However_many_arrive_the_page_holds_a_bounded_number_and_the_newest()
    {
        var page = await Open(first: "messages(1, 60)");

        for (var from = 61; from < 1000; from += 100) await Run(page, $"log.add(messages({from}, {from + 99}))");

        var ids = await Ids(page);
        ids.Count.ShouldBeLessThanOrEqualTo(300);
        ids[^1].ShouldBe("1060");
        ids.ShouldBe(Enumerable.Range(1061 - ids.Count, ids.Count).Select(id => $"{id}"));
        (await Beyond(page)).ShouldBe("older");
    }

    [BrowserFact]
    public async Task However_far_one_goes_back_the_page_holds_a_bounded_number_and_what_is_being_read()
    {
        var page = await Open(hasOlder: true, first: "messages(1000, 1040)");

        for (var from = 960; from >= 0; from -= 40)
        {
            await Run(page, "find('[data-scroll]').scrollTop = -1e6");
            await ShouldStayInPlace(page, $"log.addOlder(messages({Math.Max(1, from)}, {from + 39}), {(from > 0 ? "true" : "false")})");
        }

        var ids = await Ids(page);
        ids.Count.ShouldBeLessThanOrEqualTo(300);
        ids.ShouldBe(Enumerable.Range(1, ids.Count).Select(id => $"{id}"));
        (await Beyond(page)).ShouldBe("newer");
    }

    [BrowserFact]
    public async Task However_many_arrive_what_is_being_read_stays()
    {
        foreach (var back in new[] { 4000, 7000, 9000, 1_000_000 })
        {
            var page = await Open(first: "messages(1, 300)");
            await Run(page, $"find('[data-scroll]').scrollTop = {-back}");

            await ShouldStayInPlace(page, "log.add(messages(301, 700))");

            (await Ids(page)).Count.ShouldBeLessThanOrEqualTo(300);
        }
    }

    [BrowserFact]
    public async Task Going_back_and_forth_leaves_no_gap()
    {
        var page = await Open(hasOlder: true, first: "messages(961, 1000)");
        for (var from = 921; from >= 1; from -= 40)
        {
            await Run(page, "find('[data-scroll]').scrollTop = -1e6");
            await Run(page, $"log.addOlder(messages({from}, {from + 39}), {(from > 1 ? "true" : "false")})");
        }

        for (var newest = await Newest(page); newest < 1000; newest = await Newest(page))
        {
            await Run(page, "find('[data-scroll]').scrollTop = 0");
            await ShouldStayInPlace(page,
                $"log.addNewer(messages({newest + 1}, {Math.Min(1000, newest + 40)}), {(newest + 40 < 1000 ? "true" : "false")})");
            var ids = (await Ids(page)).Select(int.Parse).ToList();
            ids.ShouldBe(Enumerable.Range(ids[0], ids.Count));
            ids.Count.ShouldBeLessThanOrEqualTo(300);
        }

        (await Beyond(page)).ShouldBe("older");
    }

    [BrowserFact]
    public async Task While_the_page_stands_in_the_past_newer_messages_wait_until_the_gap_is_closed()
    {
        var page = await Open(hasNewer: true, first: "messages(1, 40)");

        await Run(page, "log.add([message(101)])");
        (await Ids(page))[^1].ShouldBe("40");
        await Run(page, "log.addNewer(messages(41, 80), true)");
        (await Ids(page))[^1].ShouldBe("80");

        // Message 101 was stored after this response was created, and was received before it.
        await Run(page, "log.addNewer(messages(81, 100), false)");

        (await Ids(page)).ShouldBe(Enumerable.Range(1, 101).Select(id => $"{id}"));
        (await Beyond(page)).ShouldBe("");
    }

    [BrowserFact]
    public async Task A_message_of_mine_stored_while_the_page_stands_in_the_past_leaves_no_gap()
    {
        var page = await Open(hasNewer: true, first: "messages(1, 40)");
        await Run(page, "log.addPending(pending('a', '내 말')); log.mark('a', 'sending', '보내는 중…')");

        await Run(page, "log.add([message(90, { clientId: 'a', mine: true, payload: '내 말' })])");

        (await Newest(page)).ShouldBe(40);
        (await page.Locator("[data-client-id=a][data-state]").CountAsync()).ShouldBe(0);
        await Run(page, "log.addNewer([...messages(41, 89), message(90, { clientId: 'a', mine: true, payload: '내 말' })], false)");
        (await Ids(page)).ShouldBe(Enumerable.Range(1, 90).Select(id => $"{id}"));
    }

    [BrowserFact]
    public async Task A_message_of_mine_that_turns_out_to_be_stored_long_ago_leaves_no_gap()
    {
        var page = await Open(hasOlder: true, first: "messages(100, 140)");
        await Run(page, "log.addPending(pending('a', '내 말'))");

        await Run(page, "log.add([message(50, { clientId: 'a', mine: true, payload: '내 말' })])");

        (await page.EvaluateAsync<int>("() => log.oldestId")).ShouldBe(100);
        await Run(page, "log.addOlder([...messages(20, 49), message(50, { clientId: 'a', mine: true }), ...messages(51, 99)], false)");
        (await Ids(page)).ShouldBe(Enumerable.Range(20, 121).Select(id => $"{id}"));
    }

    [BrowserFact]
    public async Task Going_to_the_end_shows_the_newest_page_and_what_waits_to_be_sent()
    {
        var page = await Open(hasNewer: true, first: "messages(1, 40)");
        await Run(page, "log.addPending(pending('a', '내 말')); log.add([message(501)])");

        await Run(page, "log.restart(messages(461, 500), true)");

        (await Ids(page)).ShouldBe([.. Enumerable.Range(461, 41).Select(id => $"{id}"), "unsent"]);
        (await Beyond(page)).ShouldBe("older");
        (await page.EvaluateAsync<bool>("() => log.isAtEnd")).ShouldBeTrue();
    }

    [BrowserFact]
    public async Task Scrolling_near_an_edge_asks_for_what_lies_beyond()
    {
        var page = await Open(hasOlder: true, hasNewer: true, first: "messages(100, 200)");
        await Run(page, "find('[data-scroll]').scrollTop = -2000");
        await WaitForFrame(page);
        (await Events(page)).ShouldBeEmpty();

        await Run(page, "find('[data-scroll]').scrollTop = -500");
        await Until(page, "events.includes('newer')");
        (await Events(page)).ShouldNotContain("older");
        (await Events(page)).ShouldNotContain("end");

        await Run(page, "events.length = 0; find('[data-scroll]').scrollTop = -1e6");
        await Until(page, "events.includes('older')");
        (await Events(page)).ShouldNotContain("newer");
    }

    [BrowserFact]
    public async Task Where_nothing_lies_beyond_nothing_is_requested_but_the_end_is_announced()
    {
        var page = await Open(first: "messages(1, 60)");
        await Run(page, "find('[data-scroll]').scrollTop = -1e6");
        await WaitForFrame(page);

        await Run(page, "find('[data-scroll]').scrollTop = 0");

        await Until(page, "events.includes('end')");
        (await Events(page)).Distinct().ShouldBe(["end"]);
    }

    [BrowserFact]
    public async Task A_message_of_the_others_is_seen_when_it_is_on_screen()
    {
        var page = await Open(first: "messages(1, 60)");

        await Run(page, "log.add([message(61), message(62, { mine: true }), message(63)])");

        await Until(page, "events.includes('seen 63')");
        (await Events(page)).Where(name => name.StartsWith("seen", StringComparison.Ordinal)).ShouldBeSubsetOf(["seen 61", "seen 63"]);
    }

    [BrowserFact]
    public async Task A_message_below_what_is_being_read_is_seen_only_when_it_is_scrolled_to()
    {
        var page = await Open(first: "messages(1, 60)");
        await Run(page, "find('[data-scroll]').scrollTop = -1500");

        await Run(page, "log.add([message(61)])");
        await WaitUntilObserved(page, 61);
        (await Events(page)).ShouldNotContain("seen 61");
        await Run(page, "log.scrollToEnd()");

        await Until(page, "events.includes('seen 61')");
    }

    [BrowserFact]
    public async Task In_a_hidden_tab_nothing_is_seen_until_somebody_looks()
    {
        var page = await Open(first: "messages(1, 10)");
        await Hide(page);

        await Run(page, "log.add([message(11)])");
        await WaitUntilObserved(page, 11);
        (await Events(page)).ShouldNotContain("seen 11");
        await Show(page);

        await Until(page, "events.includes('seen 11')");
    }

    [BrowserFact]
    public async Task In_a_window_without_the_focus_nothing_is_seen_until_it_is_focused_or_acted_upon()
    {
        var page = await Open(first: "messages(1, 10)");
        await page.EvaluateAsync("() => { document.hasFocus = () => false; }");

        await Run(page, "log.add([message(11)])");
        await WaitUntilObserved(page, 11);
        (await Events(page)).ShouldNotContain("seen 11");
        await page.Mouse.MoveAsync(100, 100);
        await page.Mouse.WheelAsync(0, 1);
        await Until(page, "events.includes('seen 11')");

        await page.EvaluateAsync( // The wheel was a while ago.
            "() => { const now = performance.now.bind(performance); performance.now = () => now() + 10_000; }");
        await Run(page, "log.add([message(12)])");
        await WaitUntilObserved(page, 12);
        (await Events(page)).ShouldNotContain("seen 12");
        await page.EvaluateAsync("() => { delete document.hasFocus; dispatchEvent(new Event('focus')); }");
        await Until(page, "events.includes('seen 12')");
    }

    [BrowserFact]
    public async Task The_same_state_is_announced_once()
    {
        var page = await Open(first: "messages(1, 3)");
        await Run(page, "log.addPending(pending('a', '하나')); log.mark('a', 'sending', '연결되면 보낼게요')");
        await Run(page, "window.changes = new MutationObserver(() => {}); "
            + "changes.observe(find('[data-messages]'), { subtree: true, childList: true, characterData: true, attributes: true })");

        await Run(page, "log.mark('a', 'sending', '연결되면 보낼게요')");

        (await page.EvaluateAsync<int>("() => changes.takeRecords().length")).ShouldBe(0);
    }

    [BrowserFact]
    public async Task A_message_longer_than_the_screen_is_seen_when_one_has_come_to_its_end()
    {
        var page = await Open(first: "messages(1, 10)");

        await Run(page, "log.add([message(11, { payload: '길어요\\n'.repeat(400) })])");

        await Until(page, "events.includes('seen 11')");
    }

    [BrowserFact]
    public async Task A_message_of_mine_that_failed_offers_to_be_sent_again_or_deleted()
    {
        var page = await Open(first: "messages(1, 3)");
        await Run(page, "log.addPending(pending('a', '하나')); log.mark('a', 'failed', '보내지 못했어요')");
        var bubble = page.Locator("[data-client-id=a]");
        (await bubble.GetAttributeAsync("data-state")).ShouldBe("failed");
        (await bubble.Locator("[data-state-note]").InnerTextAsync()).ShouldBe("보내지 못했어요");

        await bubble.Locator("[data-retry]").ClickAsync();
        await bubble.Locator("[data-discard]").ClickAsync();

        (await Events(page)).Where(name => !name.StartsWith("seen", StringComparison.Ordinal)).ShouldBe(["retry a", "discard a"]);
        await Run(page, "log.mark('a', 'sending', '')");
        (await bubble.Locator("button:visible").CountAsync()).ShouldBe(0);
        await Run(page, "log.removePending('a')");
        (await Ids(page)).ShouldBe(["1", "2", "3"]);
    }

    [BrowserFact]
    public async Task What_is_stored_can_neither_be_marked_nor_taken_away()
    {
        var page = await Open();
        await Run(page, "log.add([message(1, { clientId: 'a', mine: true })])");

        await Run(page, "log.mark('a', 'failed', '보내지 못했어요'); log.removePending('a')");

        (await Ids(page)).ShouldBe(["1"]);
        (await page.Locator("[data-state]").CountAsync()).ShouldBe(0);
    }

    [BrowserFact]
    public async Task Arrivals_are_announced_and_history_is_not()
    {
        foreach (var history in new[] { "log.addOlder(messages(60, 99), true)", "log.addNewer(messages(141, 180), true)",
            "log.restart(messages(200, 240), true)" })
        {
            var page = await Open(hasOlder: true, hasNewer: true, first: "messages(100, 140)");
            (await page.Locator("[data-messages]").GetAttributeAsync("role")).ShouldBe("log");
            (await page.Locator("[data-messages]").GetAttributeAsync("aria-live")).ShouldBeNull();

            await Run(page, history);

            (await page.Locator("[data-messages]").GetAttributeAsync("aria-live")).ShouldBe("off", history);
            await Until(page, "!find('[data-messages]').hasAttribute('aria-live')");
        }
    }

    [BrowserFact]
    public async Task A_message_that_is_removed_says_so_in_its_place_as_the_same_element()
    {
        var page = await Open();
        await Run(page, "log.add([message(1), message(2, { mine: true, payload: '비밀 https://example.com' }), message(3)])");
        await Run(page, "window.bubble = find('[data-message-id=\"2\"]'); shown.length = 0");

        await Run(page, "window.unknown = log.add([gone(2, { mine: true })])");

        (await page.Texts()).ShouldBe(["메시지 1", "삭제된 메시지입니다", "메시지 3"]);
        (await Ids(page)).ShouldBe(["1", "2", "3"]);
        (await page.EvaluateAsync<bool>("() => find('[data-message-id=\"2\"]') === bubble && bubble.dataset.removed === 'true'"))
            .ShouldBeTrue();
        (await page.EvaluateAsync<int>("() => unknown.length")).ShouldBe(0, "there is nothing new to read");
        (await Shown(page)).ShouldBe(["2 removed"]);
        (await page.ContentAsync()).ShouldNotContain("비밀");
    }

    [BrowserFact]
    public async Task A_removed_message_never_says_anything_again()
    {
        var page = await Open();
        await Run(page, "log.add([message(1), gone(1)])");
        await Run(page, "shown.length = 0");

        await Run(page, "log.add([message(1)])"); // A response that was created before the removal.
        await Run(page, "log.add([gone(1)])");

        (await page.Texts()).ShouldBe(["삭제된 메시지입니다"]);
        (await Shown(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_message_removed_before_one_heard_of_it_stands_in_its_place_and_is_nothing_new_to_read()
    {
        var page = await Open();
        await Run(page, "log.add([message(1), message(3)])");

        await Run(page, "window.unknown = log.add([message(4), gone(2)]).map(({ id }) => id)");

        (await page.Texts()).ShouldBe(["메시지 1", "삭제된 메시지입니다", "메시지 3", "메시지 4"]);
        (await page.EvaluateAsync<int[]>("() => unknown")).ShouldBe([4]);
    }

    [BrowserFact]
    public async Task A_page_of_history_from_before_a_removal_does_not_bring_the_words_back()
    {
        var page = await Open(hasOlder: true, hasNewer: true, first: "messages(100, 140)");

        await Run(page, "log.add([gone(80), gone(150)])");
        (await Ids(page)).Count.ShouldBe(41);
        await Run(page, "log.addOlder(messages(60, 99), false); log.addNewer(messages(141, 180), false)");

        (await page.Locator("[data-removed=true]").EvaluateAllAsync<string[]>("all => all.map(message => message.dataset.messageId)"))
            .ShouldBe(["80", "150"]);
        (await page.Texts()).ShouldNotContain("메시지 80");
        (await page.Texts()).ShouldNotContain("메시지 150");
        (await Ids(page)).ShouldBe(Enumerable.Range(60, 121).Select(id => $"{id}"));
    }

    [BrowserFact]
    public async Task What_waits_for_its_place_can_be_removed_before_it_is_shown()
    {
        var page = await Open(hasNewer: true, first: "messages(1, 40)");
        await Run(page,
            "log.addPending(pending('a', '내 말')); log.add([message(90, { clientId: 'a', mine: true, payload: '내 말' }), message(91)])");

        await Run(page, "log.add([gone(90, { clientId: 'a', mine: true }), gone(91)])");

        (await page.Locator("[data-client-id=a] [data-text]").InnerTextAsync()).ShouldBe("삭제된 메시지입니다");
        await Run(page, "log.addNewer(messages(41, 89), false)");
        (await Ids(page)).ShouldBe(Enumerable.Range(1, 91).Select(id => $"{id}"));
        (await page.Texts()).TakeLast(2).ShouldBe(["삭제된 메시지입니다", "삭제된 메시지입니다"]);
    }

    [BrowserFact]
    public async Task A_message_whose_message_was_removed_elsewhere_settles_as_removed()
    {
        var page = await Open();
        await Run(page, "log.addPending(pending('a', '내 말'))");

        await Run(page, "log.add([gone(7, { clientId: 'a', mine: true })])");

        (await Ids(page)).ShouldBe(["7"]);
        (await page.Texts()).ShouldBe(["삭제된 메시지입니다"]);
        (await Shown(page)).ShouldBe(["a", "7 removed"]);
    }

    [BrowserFact]
    public async Task What_is_being_read_stays_where_it_is_when_a_message_is_removed()
    {
        var page = await Open(first: "[...messages(1, 40), message(41, { payload: '길어요\\n'.repeat(30) }), ...messages(42, 80)]");
        await Run(page, "find('[data-scroll]').scrollTop = -900");

        await ShouldStayInPlace(page, "log.add([gone(41)])");
        await ShouldStayInPlace(page, "log.add([gone(79)])");
    }

    [BrowserFact]
    public async Task Photos_are_described_in_words_until_an_extension_shows_them()
    {
        var page = await Open();

        await Run(page, "log.add([message(1, { payload: '사진 2장', kind: 'photos', photos: [{ width: 4, height: 3 }] })])");

        (await page.Texts()).ShouldBe(["사진 2장"]);
    }

    [BrowserFact]
    public async Task A_message_is_described_as_on_the_server_in_korean() =>
        await ShouldDescribe("ko", preview => preview.Bubble ?? preview.Ko);

    [BrowserFact]
    public async Task A_message_is_described_as_on_the_server_in_english() =>
        await ShouldDescribe("en", preview => preview.Bubble ?? preview.En);

    private async Task ShouldDescribe(string language, Func<PreviewCase, string> textOf)
    {
        var page = await Open(language: language);

        await page.EvaluateAsync("""
            json => log.add(JSON.parse(json).map(({ message: { payload, removed } }, index) => message(index + 1, { payload, removed })))
            """, SharedCases.Json("previews"));

        (await page.Texts()).ShouldBe(SharedCases.Previews.Select(textOf));
    }

    /// <summary>Opens the room as the server renders it, with a message list that already holds <paramref name="first"/>.</summary>
    [BrowserFact]
    public async Task The_focus_goes_to_the_conversation_when_its_element_goes()
    {
        var page = await Open(first: "[message(2), message(3), message(4)]");
        await Run(page, """
            for (const id of [3, 4]) find(`[data-message-id='${id}'] [data-text]`).innerHTML = '<a href="/">link</a>';
            for (const id of ['a', 'b', 'c']) {
              log.addPending(pending(id, id));
              log.mark(id, 'failed', '');
            }
            """);
        foreach (var (focused, change) in new[]
        {
            ("[data-client-id='a'] [data-retry]", "log.mark('a', 'sending', '')"),
            ("[data-client-id='b'] [data-discard]", "log.removePending('b')"),
            ("[data-client-id='c'] [data-retry]", "log.add([message(9, { clientId: 'c', mine: true })])"),
            ("[data-message-id='3'] [data-text] a", "log.add([gone(3)])"),
            ("[data-message-id='4'] [data-text] a", "log.restart(messages(50, 60), true)"),
        })
        {
            await page.Locator(focused).FocusAsync();
            await Run(page, change);
            (await page.EvaluateAsync<bool>("() => document.activeElement === find('[data-scroll]')")).ShouldBeTrue(change);
        }
    }

    [BrowserFact]
    public async Task A_focused_message_that_moves_keeps_the_focus()
    {
        var page = await Open(first: "[message(2)]");
        await Run(page, """
            log.addPending(pending('a', '하나'));
            log.addPending(pending('b', '둘'));
            find("[data-client-id='a'] [data-text]").innerHTML = '<a href="/">link</a>';
            """);
        await page.Locator("[data-client-id='a'] [data-text] a").FocusAsync();

        await Run(page, "log.add([message(8, { clientId: 'b', mine: true }), message(9, { clientId: 'a', mine: true })])");

        (await page.EvaluateAsync<string>("() => document.activeElement.textContent")).ShouldBe("link");
    }

    private async Task<IPage> Open(
        bool hasOlder = false, bool hasNewer = false, string first = "[]", int dividerBefore = 0, string language = "ko",
        string zone = "Asia/Seoul")
    {
        var markup = language == "ko" ? _markup ??= await EmptyRoom("[data-room]") : await EmptyRoom("[data-room]", language);
        var page = await Blank($"""<div class="shell__page">{markup}</div>""", language, styles: true, zone: zone);
        await page.EvaluateAsync($$"""
            async () => {
              const { MessageList } = await import('/js/message-list.js');
              const { setTime } = await import('/js/times.js');
              window.find = selector => document.querySelector(selector);
              window.message = (id, more = {}) => ({
                id, clientId: `client-${id}`, senderId: more.mine ? 1 : 2, mine: false, payload: `메시지 ${id}`,
                sentAt: new Date(Date.UTC(2026, 10, 22, 3, 0, 0, id * 1000)).toISOString(), ...more,
              });
              window.messages = (from, to, more) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i, more));
              window.gone = (id, more = {}) => message(id, { payload: '', removed: true, ...more });
              window.pending = (clientId, payload) => ({ clientId, payload, writtenAt: Date.UTC(2026, 10, 22, 4) });
              window.position = ({ dataset: { groupStart, groupEnd } }) =>
                groupStart === 'true' ? groupEnd === 'true' ? 'alone' : 'starts' : groupEnd === 'true' ? 'ends' : 'within';
              find('[data-empty]').remove();
              window.place = ({ id, clientId, mine, payload, sentAt, removed }, divided) => {
                const element = find(mine ? '#message-mine' : '#message-theirs').content.firstElementChild.cloneNode(true);
                element.dataset.messageId = id;
                element.dataset.clientId = clientId;
                if (removed) element.dataset.removed = 'true';
                element.querySelector('[data-text]').textContent = payload;
                setTime(element.querySelector('time'), new Date(sentAt));
                if (divided) find('[data-messages]').append(find('#divider').content.firstElementChild.cloneNode(true));
                find('[data-messages]').append(element);
              };
              window.start = beyond => {
                const { removed } = find('#labels').dataset;
                window.log = new MessageList(
                  find('[data-messages]'), find('[data-scroll]'),
                  { mine: find('#message-mine'), theirs: find('#message-theirs'), day: find('#day') }, beyond, { removed });
              };
              for (const known of {{first}}) place(known, known.id === {{dividerBefore}});
              start({ hasOlder: {{(hasOlder ? "true" : "false")}}, hasNewer: {{(hasNewer ? "true" : "false")}} });
              window.events = [];
              window.shown = [];
              log.addEventListener('rendered', ({ detail: { element, message } }) =>
                shown.push([message.id ?? message.clientId, element.dataset.removed ? 'removed' : ''].filter(Boolean).join(' ')));
              for (const name of ['older', 'newer', 'end', 'seen', 'retry', 'discard']) {
                log.addEventListener(name, ({ detail }) => events.push([name, detail?.id ?? detail?.clientId].filter(Boolean).join(' ')));
              }
            }
            """);
        return page;
    }

    /// <summary>
    /// Adds the messages of a case: some are on the page when the list starts, the older ones arrive as history, newest first, and the
    /// newer ones as they are sent.
    /// </summary>
    /// <param name="divider">The number of the message below the divider.</param>
    /// <returns>The log as <see cref="MessageGroupsCase.Log"/> describes it.</returns>
    private static async Task<string[]> Arrange(IPage page, MessageGroupsCase groups, int from, int to, int? divider) =>
        await page.EvaluateAsync<string[]>("""
            ({ json, name, from, to, divider }) => {
              const all = JSON.parse(json).find(groups => groups.name === name).messages.map(({ from, at, removed }, index) =>
                message(index + 1, { mine: from === 'me', sentAt: new Date(at).toISOString(), ...(removed && { removed, payload: '' }) }));
              find('[data-messages]').replaceChildren();
              for (const known of all.slice(from - 1, to)) place(known, known.id === divider);
              start({ hasOlder: from > 1, hasNewer: false });
              for (let id = from - 1; id >= 1; id--) log.addOlder([all[id - 1]], id > 1);
              for (const known of all.slice(to)) log.add([known]);
              return [...find('[data-messages]').children].map(child => {
                if (child.matches('[data-day]')) return `day ${new Date(child.querySelector('time').dateTime).toLocaleDateString('sv')}`;
                if (child.matches('[data-divider]')) return 'divider';
                return `${child.dataset.messageId} ${position(child)}${child.dataset.removed ? ', removed' : ''}`;
              });
            }
            """, new { json = SharedCases.Json("message-groups"), name = groups.Name, from, to, divider });

    private static int? DividedMessage(MessageGroupsCase groups) =>
        groups.Log.SkipWhile(line => line != "divider").Skip(1).FirstOrDefault() is { } line ? int.Parse(line.Split(' ')[0]) : null;

    private static async Task Run(IPage page, string statements) => await page.EvaluateAsync($"() => {{ {statements} }}");

    /// <summary>Makes a change and checks that the first visible message stays in the same position.</summary>
    private static async Task ShouldStayInPlace(IPage page, string change)
    {
        var moved = await page.EvaluateAsync<double>($$"""
            () => {
              const top = find('[data-scroll]').getBoundingClientRect().top;
              const first = [...document.querySelectorAll('[data-messages] .message')]
                .find(message => message.getBoundingClientRect().bottom > top);
              const before = first.getBoundingClientRect().top;
              {{change}};
              return first.isConnected ? Math.abs(first.getBoundingClientRect().top - before) : 1e9;
            }
            """);
        moved.ShouldBeLessThanOrEqualTo(1, change);
    }

    private static async Task<IReadOnlyList<string>> Ids(IPage page) =>
        await page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('[data-messages] .message')].map(message => message.dataset.messageId ?? 'unsent')");

    /// <summary>The list from top to bottom: days, the divider, messages.</summary>
    private static async Task<IReadOnlyList<string>> Log(IPage page) => await page.EvaluateAsync<string[]>("""
        () => [...find('[data-messages]').children].map(child =>
          child.matches('[data-day]') ? new Date(child.querySelector('time').dateTime).toLocaleDateString('sv')
            : child.matches('[data-divider]') ? 'divider'
            : child.dataset.messageId ?? 'unsent')
        """);

    private static async Task<string[]> GroupPositions(IPage page) => await page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll('[data-messages] .message')].map(position)
        """);

    private static async Task<string> Beyond(IPage page) =>
        await page.EvaluateAsync<string>("() => [log.hasOlder ? 'older' : '', log.hasNewer ? 'newer' : ''].filter(Boolean).join(' and ')");

    private static async Task<int> Newest(IPage page) => await page.EvaluateAsync<int>("() => log.newestId");

    private static async Task<IReadOnlyList<string>> Events(IPage page) => await page.EvaluateAsync<string[]>("() => events");

    private static async Task<IReadOnlyList<string>> Shown(IPage page) => await page.EvaluateAsync<string[]>("() => shown");

    private static async Task<bool> IsOnScreen(IPage page, int id) => await page.EvaluateAsync<bool>("""
        id => {
          const box = find('[data-scroll]').getBoundingClientRect();
          const message = find(`[data-message-id="${id}"]`).getBoundingClientRect();
          return message.top >= box.top && message.bottom <= box.bottom;
        }
        """, id);

    /// <summary>Waits until the browser has dispatched its scroll events and intersection notifications.</summary>
    private static async Task WaitForFrame(IPage page) =>
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))");

    /// <summary>Waits until an intersection observer that was created after the list's has been notified about this message.</summary>
    private static async Task WaitUntilObserved(IPage page, int id)
    {
        await page.EvaluateAsync("""
            id => new Promise(done => {
              new IntersectionObserver(done, { root: find('[data-scroll]') }).observe(find(`[data-message-id="${id}"]`));
            })
            """, id);
        await WaitForFrame(page);
    }
}
