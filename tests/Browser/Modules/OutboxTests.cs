using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

public sealed class OutboxTests(KestrelHost host) : ModuleTest(host)
{
    private const string Form = """<form action="/module-test/send"><input name="__RequestVerificationToken" value="a token"></form>""";

    private readonly FakeSendEndpoint _endpoint = new();

    [BrowserFact]
    public async Task Messages_go_out_one_at_a_time_in_the_order_they_were_written()
    {
        var release = new TaskCompletionSource();
        _endpoint.Then(FakeSendEndpoint.Held(release.Task, _endpoint.Store));
        var page = await Open();

        await Write(page, "하나", "둘", "셋");
        (await Asked(page)).ShouldBe(["하나"]);
        release.SetResult();

        await Until(page, "events.includes('sent 셋')");
        _endpoint.Received.ShouldBe(["하나", "둘", "셋"]);
        _endpoint.MostAtOnce.ShouldBe(1);
        _endpoint.LastToken.ShouldBe("a token");
        (await Pending(page)).ShouldBeEmpty();
        (await Kept(page)).ShouldBe(0);
    }

    [BrowserFact]
    public async Task No_message_overtakes_one_that_failed()
    {
        _endpoint.Then(FakeSendEndpoint.Unreachable, FakeSendEndpoint.Status(503), _endpoint.Store);
        var page = await Open();

        await Write(page, "하나", "둘");

        await Until(page, "events.includes('sent 둘')");
        _endpoint.Received.ShouldBe(["하나", "하나", "하나", "둘"]);
        _endpoint.Stored.ShouldBe(["하나", "둘"]);
    }

    [BrowserFact]
    public async Task A_message_whose_answer_was_lost_goes_out_again_under_the_same_client_id()
    {
        _endpoint.Then(_endpoint.StoreAndLoseTheAnswer);
        var page = await Open();

        await Write(page, "하나");

        await Until(page, "events.includes('sent 하나')");
        _endpoint.ReceivedIds.Count.ShouldBe(2);
        _endpoint.ReceivedIds.Distinct().ShouldHaveSingleItem();
        _endpoint.Stored.ShouldBe(["하나"]);
    }

    [BrowserFact]
    public async Task An_answer_that_breaks_off_is_no_answer()
    {
        _endpoint.Then(route => route.FulfillAsync(new() { Status = 201, ContentType = "application/json", Body = """{"id": 1, "cli""" }));
        var page = await Open();

        await Write(page, "하나");

        await Until(page, "events.includes('sent 하나')");
        _endpoint.ReceivedIds.Distinct().ShouldHaveSingleItem();
    }

    [BrowserFact]
    public async Task What_was_not_sent_survives_a_reload_and_goes_out_in_order()
    {
        _endpoint.Then(FakeSendEndpoint.Unreachable);
        var page = await Open(stopped: true);
        await Write(page, "하나", "둘", "셋");
        await Until(page, "events.includes('retrying 하나')");

        await page.ReloadAsync();
        await Begin(page);

        (await Pending(page)).ShouldBe(["하나", "둘", "셋"]);
        await page.EvaluateAsync("() => outbox.flush()");
        await Until(page, "events.includes('sent 셋')");
        _endpoint.Stored.ShouldBe(["하나", "둘", "셋"]);
    }

    [BrowserFact]
    public async Task Messages_written_within_one_millisecond_keep_their_order_over_a_reload()
    {
        var page = await Open(stopped: true);
        _endpoint.Then(FakeSendEndpoint.Silent);
        string[] many = [.. Enumerable.Range(1, 20).Select(i => $"{i}번째")];
        await Write(page, many);

        await page.ReloadAsync();
        await Begin(page);

        (await Pending(page)).ShouldBe(many);
    }

    [BrowserFact]
    public async Task Two_outboxes_over_the_same_storage_do_not_lose_each_others_messages()
    {
        _endpoint.Then(2, FakeSendEndpoint.Unreachable);
        var page = await Open(stopped: true);
        await page.EvaluateAsync("() => { window.other = openOutbox(); }");

        await page.EvaluateAsync("() => { outbox.write('여기서'); other.write('저기서'); }");
        await Until(page, "events.filter(event => event.startsWith('retrying')).length === 2");
        (await page.EvaluateAsync<string[]>("() => openOutbox().pending.map(message => message.payload).sort()")).ShouldBe(["여기서", "저기서"]);

        await page.EvaluateAsync("() => outbox.flush()");
        await Until(page, "events.includes('sent 여기서')");
        (await page.EvaluateAsync<string[]>("() => openOutbox().pending.map(message => message.payload)")).ShouldBe(["저기서"]);
    }

    [BrowserFact]
    public async Task A_message_deleted_in_one_tab_is_not_sent_by_another()
    {
        _endpoint.Then(FakeSendEndpoint.Status(429, retryAfter: "3600"));
        var page = await Open();
        await Write(page, "지울 말");
        await Until(page, "events.includes('retrying 지울 말')");
        var other = await Open(tab: await page.Context.NewPageAsync());
        (await Pending(other)).ShouldBe(["지울 말"]);

        await page.EvaluateAsync("() => outbox.discard(outbox.pending[0].clientId)");

        await Until(other, "events.includes('removed-elsewhere 지울 말')");
        (await Pending(other)).ShouldBeEmpty();
        await Write(other, "새 말");
        await Until(other, "events.includes('sent 새 말')");
        (await Asked(other)).ShouldBe(["새 말"]);
    }

    [BrowserFact]
    public async Task Rooms_and_people_have_outboxes_of_their_own()
    {
        _endpoint.Then(FakeSendEndpoint.Silent);
        var page = await Open();
        await Write(page, "여기서만");

        (await page.EvaluateAsync<int>("() => openOutbox({ room: '12' }).pending.length")).ShouldBe(0);
        (await page.EvaluateAsync<int>("() => openOutbox({ owner: '70' }).pending.length")).ShouldBe(0);
        (await page.EvaluateAsync<int>("() => openOutbox().pending.length")).ShouldBe(1);
    }

    [BrowserFact]
    public async Task A_server_that_asks_to_wait_is_left_alone_that_long()
    {
        _endpoint.Then(FakeSendEndpoint.Status(429, retryAfter: "30"));
        var page = await Open(stopped: true);
        await Write(page, "하나");
        await Until(page, "events.includes('retrying 하나')");

        await page.Clock.RunForAsync(29_999);
        (await Asked(page)).Count.ShouldBe(1);
        await page.Clock.RunForAsync(1);

        (await Asked(page)).Count.ShouldBe(2);
        await Until(page, "events.includes('sent 하나')");
    }

    [BrowserFact]
    public async Task The_waits_grow_with_the_failures_up_to_a_limit_and_start_anew_after_a_success()
    {
        _endpoint.Then(4, FakeSendEndpoint.Unreachable).Then(3, FakeSendEndpoint.Status(500))
            .Then(_endpoint.Store, FakeSendEndpoint.Unreachable);
        var page = await Open(stopped: true);
        await page.EvaluateAsync("() => { Math.random = () => 0; }");
        await Write(page, "하나");

        int[] waits = [500, 1000, 2000, 4000, 8000, 10_000, 10_000];
        for (var i = 0; i < waits.Length; i++)
        {
            await Until(page, $"events.length === {i + 1}");
            await page.Clock.RunForAsync(waits[i] - 1);
            (await Asked(page)).Count.ShouldBe(i + 1);
            await page.Clock.RunForAsync(1);
            (await Asked(page)).Count.ShouldBe(i + 2);
        }

        await Until(page, "events.includes('sent 하나')");
        await Write(page, "둘");
        await Until(page, "events.includes('retrying 둘')");
        await page.Clock.RunForAsync(500);
        await Until(page, "events.includes('sent 둘')");
    }

    [BrowserFact]
    public async Task Several_failures_in_a_row_are_reported_and_the_retries_go_on()
    {
        _endpoint.Then(4, FakeSendEndpoint.Unreachable);
        var page = await Open(stopped: true);
        await Write(page, "하나");

        for (var failures = 1; failures <= 4; failures++)
        {
            await Until(page, $"events.length === {failures}");
            await page.Clock.FastForwardAsync(20_000);
        }

        await Until(page, "events.includes('sent 하나')");
        (await Events(page)).ShouldBe(["retrying 하나", "retrying 하나", "delayed 하나", "delayed 하나", "sent 하나"]);
    }

    [BrowserFact]
    public async Task What_the_server_refuses_stays_with_its_reason_and_the_next_message_goes_on()
    {
        _endpoint.Then(FakeSendEndpoint.Status(400, "메시지는 2,000자까지 보낼 수 있어요."));
        var page = await Open();

        await Write(page, "너무 긴 말", "둘");

        await Until(page, "events.includes('sent 둘')");
        (await Events(page)).ShouldBe(["refused 너무 긴 말", "sent 둘"]);
        (await page.EvaluateAsync<string>("() => outbox.pending[0].refused")).ShouldBe("메시지는 2,000자까지 보낼 수 있어요.");

        await page.ReloadAsync();
        await Begin(page);
        await page.EvaluateAsync("() => outbox.flush()");
        (await page.EvaluateAsync<string>("() => outbox.pending[0].refused")).ShouldBe("메시지는 2,000자까지 보낼 수 있어요.");
        (await Asked(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_refused_message_can_be_tried_again_under_the_same_client_id()
    {
        _endpoint.Then(FakeSendEndpoint.Status(400, "안 돼요."));
        var page = await Open();
        await Write(page, "하나");
        await Until(page, "events.includes('refused 하나')");

        await page.EvaluateAsync("() => outbox.retry(outbox.pending[0].clientId)");

        await Until(page, "events.includes('sent 하나')");
        _endpoint.ReceivedIds.Distinct().ShouldHaveSingleItem();
    }

    [BrowserFact]
    public async Task A_retry_does_not_wait_for_its_turn_of_the_clock()
    {
        _endpoint.Then(FakeSendEndpoint.Status(503, retryAfter: "600"));
        var page = await Open(stopped: true);
        await Write(page, "하나", "둘");
        await Until(page, "events.includes('retrying 하나')");

        await page.EvaluateAsync("() => outbox.retry(outbox.pending[1].clientId)");

        await Until(page, "events.includes('sent 둘')");
        _endpoint.Stored.ShouldBe(["하나", "둘"]);
    }

    [BrowserFact]
    public async Task A_deleted_message_is_gone_for_good_and_the_others_go_on()
    {
        _endpoint.Then(FakeSendEndpoint.Status(503, retryAfter: "600"));
        var page = await Open(stopped: true);
        await Write(page, "지울 말", "둘");
        await Until(page, "events.includes('retrying 지울 말')");

        await page.EvaluateAsync("() => { outbox.discard(outbox.pending[0].clientId); outbox.flush(); }");

        await Until(page, "events.includes('sent 둘')");
        _endpoint.Stored.ShouldBe(["둘"]);
        (await Kept(page)).ShouldBe(0);
    }

    [BrowserFact]
    public async Task Deleting_a_message_stops_the_attempt_that_is_on_its_way()
    {
        _endpoint.Then(FakeSendEndpoint.Silent);
        var page = await Open();
        await Write(page, "지울 말", "둘");
        await Until(page, "asked.length === 1");

        await page.EvaluateAsync("() => outbox.discard(outbox.pending[0].clientId)");

        await Until(page, "events.includes('sent 둘')");
        (await page.EvaluateAsync<bool[]>("() => signals.map(signal => signal.aborted)")).ShouldBe([true, false]);
        (await Events(page)).ShouldBe(["sent 둘"]);
        (await Kept(page)).ShouldBe(0);
    }

    [BrowserFact]
    public async Task Deleting_a_message_in_another_tab_stops_the_attempt_that_is_on_its_way()
    {
        _endpoint.Then(FakeSendEndpoint.Silent, FakeSendEndpoint.Silent);
        var page = await Open();
        await Write(page, "지울 말");
        await Until(page, "asked.length === 1");
        var other = await Open(tab: await page.Context.NewPageAsync());

        await other.EvaluateAsync("() => outbox.discard(outbox.pending[0].clientId)");

        await Until(page, "events.includes('removed-elsewhere 지울 말')");
        (await page.EvaluateAsync<bool[]>("() => signals.map(signal => signal.aborted)")).ShouldBe([true]);
    }

    [BrowserFact]
    public async Task A_page_that_comes_back_does_not_send_what_was_deleted_meanwhile()
    {
        _endpoint.Then(FakeSendEndpoint.Status(429, retryAfter: "3600"));
        var page = await Open();
        await Write(page, "지울 말", "둘");
        await Until(page, "events.includes('retrying 지울 말')");

        // A page in the back/forward cache is not told that another page has removed the entry; nor is the page that removes it.
        await page.EvaluateAsync("() => localStorage.removeItem(`outbox:7:1:${outbox.pending[0].clientId}`)");
        await page.EvaluateAsync("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");

        (await Events(page))[^1].ShouldBe("removed-elsewhere 지울 말");
        (await Pending(page)).ShouldBe(["둘"]);
    }

    [BrowserFact]
    public async Task What_a_proxy_answers_is_never_the_last_word_about_a_message()
    {
        Func<IRoute, Task> Page(int status, string body = "<h1>Maintenance</h1>", string type = "text/html") =>
            route => route.FulfillAsync(new() { Status = status, ContentType = type, Body = body });
        _endpoint.Then(
            Page(400), Page(401), Page(403), Page(404), Page(413), Page(200), Page(204, ""), Page(200, "{}", "application/json"),
            Page(403, """{"detail":"No."}""", "application/json"), FakeSendEndpoint.Status(408), FakeSendEndpoint.Status(503));
        var page = await Open();

        await Write(page, "하나");

        await Until(page, "events.includes('sent 하나')");
        _endpoint.Received.Count.ShouldBe(12);
        (await Events(page)).ShouldNotContain("refused 하나");
        (await Events(page)).ShouldNotContain("signed-out 하나");
    }

    [BrowserFact]
    public async Task While_offline_nothing_is_tried()
    {
        var page = await Open(stopped: true);
        await page.Context.SetOfflineAsync(true);

        await Write(page, "지하철에서");
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBeEmpty();
        (await Events(page)).ShouldBe(["retrying 지하철에서"]);
    }

    [BrowserFact]
    public async Task An_expired_session_stops_the_sending_and_keeps_everything()
    {
        _endpoint.Then(FakeSendEndpoint.Status(401));
        var page = await Open(stopped: true);

        await Write(page, "하나", "둘");
        await Until(page, "events.includes('signed-out 하나')");
        await Write(page, "셋");
        await page.EvaluateAsync("() => dispatchEvent(new Event('online'))");
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBe(["하나"]);
        (await Pending(page)).ShouldBe(["하나", "둘", "셋"]);
        (await Kept(page)).ShouldBe(3);
    }

    [BrowserFact]
    public async Task Whoever_has_signed_in_again_elsewhere_can_retry()
    {
        _endpoint.Then(FakeSendEndpoint.Status(401));
        var page = await Open(stopped: true);
        await Write(page, "하나", "둘");
        await Until(page, "events.includes('signed-out 하나')");

        await page.EvaluateAsync("() => outbox.retry(outbox.pending[0].clientId)");

        await Until(page, "events.includes('sent 둘')");
        _endpoint.Stored.ShouldBe(["하나", "둘"]);
    }

    [BrowserFact]
    public async Task After_a_new_sign_in_everything_goes_out()
    {
        _endpoint.Then(FakeSendEndpoint.Status(401));
        var page = await Open(stopped: true);
        await Write(page, "하나", "둘");
        await Until(page, "events.includes('signed-out 하나')");

        await page.EvaluateAsync("() => outbox.resume()");

        await Until(page, "events.includes('sent 둘')");
    }

    [BrowserFact]
    public async Task Coming_online_sends_at_once()
    {
        var page = await Open(stopped: true);
        await page.Context.SetOfflineAsync(true);
        await page.UnrouteAsync("**/send");
        await Write(page, "지하철에서");
        await Until(page, "events.includes('retrying 지하철에서')");
        await page.RouteAsync("**/send", _endpoint.Serve);

        await page.Context.SetOfflineAsync(false);

        await Until(page, "events.includes('sent 지하철에서')");
    }

    [BrowserFact]
    public async Task Coming_online_does_not_wait_for_an_answer_over_a_dead_connection()
    {
        _endpoint.Then(FakeSendEndpoint.Silent);
        var page = await Open(stopped: true);
        await Write(page, "하나", "둘");
        await Until(page, "asked.length === 1");

        await page.EvaluateAsync("() => dispatchEvent(new Event('online'))");

        await Until(page, "events.includes('sent 둘')");
        _endpoint.Received.ShouldBe(["하나", "하나", "둘"]);
        _endpoint.ReceivedIds.Distinct().Count().ShouldBe(2);
        (await Events(page)).ShouldBe(["sent 하나", "sent 둘"]);
    }

    [BrowserFact]
    public async Task A_full_storage_loses_nothing_that_is_in_memory()
    {
        _endpoint.Then(FakeSendEndpoint.Status(503));
        var page = await Open();
        await page.EvaluateAsync("() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }; }");

        await Write(page, "하나", "둘");

        await Until(page, "events.includes('sent 둘')");
        _endpoint.Stored.ShouldBe(["하나", "둘"]);
    }

    [BrowserFact]
    public async Task A_storage_that_refuses_everything_loses_nothing_that_is_in_memory()
    {
        _endpoint.Then(FakeSendEndpoint.Status(503), FakeSendEndpoint.Status(400, "안 돼요."));
        var page = await Open(before: """
            () => {
              const refuse = () => { throw new DOMException('', 'SecurityError'); };
              for (const verb of ['getItem', 'setItem', 'removeItem']) Storage.prototype[verb] = refuse;
            }
            """);

        await Write(page, "하나", "둘");

        await Until(page, "events.includes('sent 둘')");
        await page.EvaluateAsync("() => outbox.discard(outbox.pending[0].clientId)");
        (await Events(page)).ShouldBe(["retrying 하나", "refused 하나", "sent 둘"]);
        (await Pending(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_browser_that_forbids_storage_altogether_still_sends()
    {
        var page = await Open(before: """
            () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })
            """);

        await Write(page, "하나");

        await Until(page, "events.includes('sent 하나')");
    }

    [BrowserFact]
    public async Task One_spoilt_message_does_not_hide_the_others()
    {
        _endpoint.Then(FakeSendEndpoint.Silent);
        var page = await Open();
        await Write(page, "하나");
        await page.EvaluateAsync("""
            () => {
              localStorage.setItem('outbox:7:1:spoilt', '{"clientId": "1", "payl');
              localStorage.setItem('outbox:7:1:strange', 'null');
            }
            """);

        (await page.EvaluateAsync<string[]>("() => openOutbox().pending.map(message => message.payload)")).ShouldBe(["하나"]);
    }

    [BrowserFact]
    public async Task What_makes_no_sense_in_the_storage_is_dropped_from_it()
    {
        _endpoint.Then(FakeSendEndpoint.Silent);
        var page = await Open();
        await Write(page, "하나");
        await page.EvaluateAsync("""
            () => {
              const good = { clientId: 'x', payload: '말', writtenAt: 1 };
              const bad = [
                null, 5, 'words', [], {}, { ...good, clientId: 'y' }, { ...good, clientId: undefined }, { ...good, payload: 5 },
                { ...good, writtenAt: undefined }, { ...good, writtenAt: 'today' }, { ...good, writtenAt: 1e300 },
                { ...good, refused: 5 }, { ...good, kind: {} },
              ];
              for (const [index, value] of bad.entries()) localStorage.setItem(`outbox:7:1:${index}`, JSON.stringify(value));
              localStorage.setItem('outbox:7:1:x', JSON.stringify({ ...good, writtenAt: null }));
              localStorage.setItem('outbox:7:2:x', JSON.stringify(5));
            }
            """);

        (await page.EvaluateAsync<string[]>("() => openOutbox().pending.map(message => message.payload)")).ShouldBe(["하나"]);

        (await page.EvaluateAsync<int>("() => localStorage.length")).ShouldBe(2, "the message, and what is another room's");
    }

    [BrowserFact]
    public async Task A_message_that_the_browser_does_not_store_is_said_at_once()
    {
        _endpoint.Then(FakeSendEndpoint.Silent);
        var page = await Open();
        await page.EvaluateAsync("""
            () => {
              outbox.addEventListener('not-saved', ({ detail }) => events.push(`not-saved ${detail.pending.payload}`));
              Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); };
            }
            """);

        await Write(page, "하나");

        (await Events(page)).ShouldContain("not-saved 하나");
    }

    [BrowserFact]
    public async Task A_message_of_a_kind_is_sent_by_its_transport_in_order_and_with_retries()
    {
        var page = await Open();
        await page.EvaluateAsync("""
            () => {
              window.carried = [];
              outbox.registerTransport('parcel', pending => {
                carried.push(`${pending.clientId} ${pending.payload} ${pending.weight}`);
                return carried.length === 1 ? Promise.reject(new TypeError()) : Promise.resolve({ body: { id: 1 } });
              });
              outbox.write('소포', { kind: 'parcel', weight: 3 });
              outbox.write('편지');
            }
            """);

        await Until(page, "events.includes('sent 편지')");
        (await Events(page)).ShouldBe(["retrying 소포", "sent 소포", "sent 편지"]);
        var carried = await page.EvaluateAsync<string[]>("() => carried");
        carried.Length.ShouldBe(2);
        carried.Distinct().ShouldHaveSingleItem().ShouldEndWith(" 소포 3");
        _endpoint.Received.ShouldBe(["편지"]);
    }

    [BrowserFact]
    public async Task A_message_of_a_kind_that_nobody_carries_stays_and_can_go_once_somebody_does()
    {
        var page = await Open();
        await page.EvaluateAsync("() => { outbox.write('소포', { kind: 'parcel' }); outbox.write('편지'); }");
        await Until(page, "events.includes('sent 편지')");
        (await Events(page)).ShouldBe(["refused 소포", "sent 편지"]);
        _endpoint.Received.ShouldBe(["편지"]);

        await page.ReloadAsync();
        await Begin(page);
        (await Pending(page)).ShouldBe(["소포"]);
        await page.EvaluateAsync(
            "() => { outbox.registerTransport('parcel', async () => ({ body: { id: 1 } })); outbox.retry(outbox.pending[0].clientId); }");

        await Until(page, "events.includes('sent 소포')");
        (await Kept(page)).ShouldBe(0);
    }

    [BrowserFact]
    public async Task A_message_is_reported_as_removed_once_however_it_goes()
    {
        _endpoint.Then(_endpoint.Store, FakeSendEndpoint.Status(429, retryAfter: "3600"));
        var page = await Open();
        await Write(page, "보낸 말", "지운 말", "딴 데서 지운 말");
        await Until(page, "events.includes('retrying 지운 말')");
        (await Removed(page)).ShouldBe(["보낸 말"]);

        await page.EvaluateAsync("() => { const id = outbox.pending[0].clientId; outbox.discard(id); outbox.discard(id); }");
        (await Removed(page)).ShouldBe(["보낸 말", "지운 말"]);
        var other = await Open(tab: await page.Context.NewPageAsync());
        await other.EvaluateAsync("() => outbox.discard(outbox.pending[0].clientId)");

        await Until(page, "dropped.length === 3");
        (await Removed(page))[2].ShouldBe("딴 데서 지운 말");
        (await Kept(page)).ShouldBe(0);
    }

    [BrowserFact]
    public async Task Client_ids_are_random_uuids()
    {
        var page = await Blank();

        var ids = await page.EvaluateAsync<string[]>("""
            async () => {
              const { newClientId } = await import('/js/outbox.js');
              return Array.from({ length: 200 }, newClientId);
            }
            """);

        ids.ShouldAllBe(id => Guid.Parse(id).Version == 4 && Guid.Parse(id).ToString() == id);
        ids.Distinct().Count().ShouldBe(200);
    }

    private async Task<IPage> Open(bool stopped = false, string? before = null, IPage? tab = null)
    {
        var page = await Blank(Form, page: tab);
        await page.RouteAsync("**/send", _endpoint.Serve);
        if (before is not null) await page.EvaluateAsync(before);
        await (stopped ? StopTheClock(page) : page.SpeedUpTimers());
        await Begin(page);
        return page;
    }

    /// <summary>Opens the outbox and records its requests and its events.</summary>
    private static async Task Begin(IPage page) => await page.EvaluateAsync("""
        async () => {
          const { Outbox } = await import('/js/outbox.js');
          const { fetch } = window;
          window.asked = [];
          window.signals = [];
          window.fetch = (url, options) => {
            asked.push(options.body.get('payload'));
            signals.push(options.signal);
            return fetch(url, options);
          };
          window.events = [];
          window.dropped = [];
          window.openOutbox = ({ owner = '7', room = '1' } = {}) => {
            const outbox = new Outbox({ owner, room, form: document.querySelector('form') });
            for (const name of ['sent', 'refused', 'retrying', 'delayed', 'signed-out', 'removed-elsewhere']) {
              outbox.addEventListener(name, ({ detail }) => events.push(`${name} ${detail.pending.payload}`));
            }
            outbox.addEventListener('removed', ({ detail }) => dropped.push(detail.pending.payload));
            return outbox;
          };
          window.outbox = openOutbox();
        }
        """);

    private static async Task Write(IPage page, params string[] texts) =>
        await page.EvaluateAsync("texts => { for (const text of texts) outbox.write(text); }", texts);

    /// <summary>The requests that were sent, including those that failed.</summary>
    private static async Task<IReadOnlyList<string>> Asked(IPage page) => await page.EvaluateAsync<string[]>("() => asked");

    private static async Task<IReadOnlyList<string>> Events(IPage page) => await page.EvaluateAsync<string[]>("() => events");

    private static async Task<IReadOnlyList<string>> Removed(IPage page) => await page.EvaluateAsync<string[]>("() => dropped");

    private static async Task<IReadOnlyList<string>> Pending(IPage page) =>
        await page.EvaluateAsync<string[]>("() => outbox.pending.map(message => message.payload)");

    private static async Task<int> Kept(IPage page) => await page.EvaluateAsync<int>("() => localStorage.length");
}
