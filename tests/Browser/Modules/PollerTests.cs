using MarketChat.Tests.Support;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

public sealed class PollerTests(KestrelHost host) : ModuleTest(host)
{
    private const int Interval = 2000;

    [BrowserFact]
    public async Task It_asks_at_once_and_then_in_intervals_counted_from_question_to_question()
    {
        var page = await Open();
        (await Asked(page)).ShouldBe(1);

        await page.Clock.RunForAsync(1500);
        await Answer(page);
        await page.Clock.RunForAsync(499);
        (await Asked(page)).ShouldBe(1);
        await page.Clock.RunForAsync(1);

        (await Asked(page)).ShouldBe(2);
    }

    [BrowserFact]
    public async Task There_is_never_more_than_one_question_on_its_way()
    {
        var page = await Open();

        await page.Clock.RunForAsync(10 * Interval);
        await page.EvaluateAsync(
            "() => { poller.pollNow(); poller.start(); dispatchEvent(new Event('pageshow')); dispatchEvent(new Event('online')); }");
        await page.Clock.RunForAsync(10 * Interval);

        (await page.EvaluateAsync<int>("() => questions.filter(question => !question.signal.aborted).length")).ShouldBe(1);
    }

    [BrowserFact]
    public async Task While_there_is_more_to_ask_for_it_asks_again_at_once()
    {
        var page = await Open();

        await Answer(page, again: true);
        await page.Clock.RunForAsync(99);
        (await Asked(page)).ShouldBe(1);
        await page.Clock.RunForAsync(1);
        (await Asked(page)).ShouldBe(2);

        await page.Clock.RunForAsync(25_000); // A poll that was held that long is repeated without delay.
        await Answer(page, again: true);
        await page.Clock.RunForAsync(1);
        (await Asked(page)).ShouldBe(3);
    }

    [BrowserFact]
    public async Task A_hidden_page_does_not_ask_and_gives_up_the_question_it_holds()
    {
        var page = await Open();

        await Hide(page);

        (await page.EvaluateAsync<bool>("() => questions[0].signal.aborted")).ShouldBeTrue();
        await page.EvaluateAsync("() => { poller.pollNow(); dispatchEvent(new Event('online')); dispatchEvent(new Event('pageshow')); }");
        await page.Clock.RunForAsync(60_000);
        (await Asked(page)).ShouldBe(1);
        (await Troubles(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_page_that_was_hidden_between_two_questions_does_not_ask_either()
    {
        var page = await Open();
        await Answer(page);

        await Hide(page);
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBe(1);
    }

    [BrowserFact]
    public async Task Becoming_visible_asks_at_once()
    {
        var page = await Open();
        await Hide(page);

        await Show(page);

        (await Asked(page)).ShouldBe(2);
        await Answer(page);
        await page.Clock.RunForAsync(Interval);
        (await Asked(page)).ShouldBe(3);
    }

    [BrowserFact]
    public async Task A_page_that_opens_hidden_waits_to_be_looked_at()
    {
        var page = await Open(start: false);
        await Hide(page);

        await page.EvaluateAsync("() => poller.start()");
        (await Asked(page)).ShouldBe(0);
        await Show(page);

        (await Asked(page)).ShouldBe(1);
    }

    [BrowserFact]
    public async Task Coming_back_to_a_page_that_was_left_asks_at_once()
    {
        var page = await Open();
        await page.EvaluateAsync("() => dispatchEvent(new Event('pagehide'))");
        (await page.EvaluateAsync<bool>("() => questions[0].signal.aborted")).ShouldBeTrue();
        await page.Clock.RunForAsync(60_000);
        (await Asked(page)).ShouldBe(1);

        await page.EvaluateAsync("() => dispatchEvent(new Event('pageshow'))");

        (await Asked(page)).ShouldBe(2);
    }

    [BrowserFact]
    public async Task Coming_online_asks_at_once()
    {
        var page = await Open();
        await Answer(page);
        await page.Context.SetOfflineAsync(true);

        await page.Context.SetOfflineAsync(false);

        await Until(page, "questions.length === 2");
    }

    [BrowserFact]
    public async Task While_offline_nothing_is_asked()
    {
        var page = await Open();
        await page.Context.SetOfflineAsync(true);

        (await page.EvaluateAsync<bool>("() => questions[0].signal.aborted")).ShouldBeTrue();
        await page.EvaluateAsync("() => { poller.pollNow(); dispatchEvent(new Event('pageshow')); }");
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBe(1);
        (await Troubles(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task Coming_online_does_not_wait_for_an_answer_over_a_dead_connection()
    {
        var page = await Open();

        await page.EvaluateAsync("() => dispatchEvent(new Event('online'))");

        (await Asked(page)).ShouldBe(2);
        (await page.EvaluateAsync<bool[]>("() => questions.map(question => question.signal.aborted)")).ShouldBe([true, false]);
    }

    [BrowserFact]
    public async Task After_it_was_stopped_nothing_makes_it_ask()
    {
        var page = await Open();

        await page.EvaluateAsync("() => poller.stop()");
        (await page.EvaluateAsync<bool>("() => questions[0].signal.aborted")).ShouldBeTrue();
        await page.EvaluateAsync("() => { poller.pollNow(); dispatchEvent(new Event('online')); dispatchEvent(new Event('pageshow')); }");
        await Hide(page);
        await Show(page);
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBe(1);
    }

    [BrowserFact]
    public async Task An_answer_that_was_given_up_counts_for_nothing_even_if_it_arrives()
    {
        var page = await Open(respectsAbort: false);
        await Hide(page);
        await Show(page);

        await page.EvaluateAsync("() => questions[0].answer(true)");
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBe(2);
    }

    [BrowserFact]
    public async Task Failures_make_it_ask_more_and_more_rarely()
    {
        var page = await Open();
        await page.EvaluateAsync("() => { Math.random = () => 0.5; }");

        int[] waits = [750, 1500, 3000, 6000, 12_000, 15_000, 15_000];
        for (var i = 0; i < waits.Length; i++)
        {
            await Fail(page, "new TypeError('Failed to fetch')");
            await page.Clock.RunForAsync(waits[i] - 1);
            (await Asked(page)).ShouldBe(i + 1);
            await page.Clock.RunForAsync(1);
            (await Asked(page)).ShouldBe(i + 2);
        }

        await Answer(page);
        await page.Clock.RunForAsync(Interval);
        await Fail(page, "new TypeError('Failed to fetch')");
        await page.Clock.RunForAsync(750);
        (await Asked(page)).ShouldBe(waits.Length + 3);
    }

    [BrowserFact]
    public async Task A_server_that_asks_to_wait_is_left_alone_that_long()
    {
        var page = await Open();

        await Fail(page, "new HttpError(429, '', 30_000)");
        await page.Clock.RunForAsync(29_999);
        (await Asked(page)).ShouldBe(1);
        await page.Clock.RunForAsync(1);

        (await Asked(page)).ShouldBe(2);
    }

    [BrowserFact]
    public async Task Trouble_is_reported_after_several_failures_and_the_all_clear_after_the_first_answer()
    {
        var page = await Open();

        for (var failures = 1; failures <= 4; failures++)
        {
            await Fail(page, "new HttpError(503, '', 0)");
            (await Troubles(page)).Count.ShouldBe(Math.Max(0, failures - 2));
            await page.Clock.RunForAsync(20_000);
        }

        await Answer(page);
        await page.Clock.RunForAsync(Interval);
        await Answer(page);

        (await Troubles(page)).ShouldBe([3, 4, 0]);
    }

    [BrowserFact]
    public async Task A_failure_or_two_stay_between_the_poller_and_the_server()
    {
        var page = await Open();

        await Fail(page, "new HttpError(503, '', 0)");
        await page.Clock.RunForAsync(20_000);
        await Fail(page, "new TypeError('Failed to fetch')");
        await page.Clock.RunForAsync(20_000);
        await Answer(page);

        (await Troubles(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task An_expired_session_pauses_it_until_there_is_a_sign_of_a_new_one()
    {
        var page = await Open();
        await Fail(page, "new HttpError(401, '', 0)");
        await page.Clock.RunForAsync(60_000);
        (await Asked(page)).ShouldBe(1);
        (await page.EvaluateAsync<int[]>("() => ends")).ShouldBe([401]);

        await page.EvaluateAsync("() => dispatchEvent(new Event('focus'))");
        await Fail(page, "new HttpError(401, '', 0)");
        await Broadcast(page, "{ user: '7' }"); // Somebody has opened a page after signing in.
        await Until(page, "questions.length === 3");
        await Answer(page);
        await page.Clock.RunForAsync(Interval);

        (await Asked(page)).ShouldBe(4);
        (await Troubles(page)).ShouldBe([0]);
    }

    [BrowserFact]
    public async Task A_room_that_is_not_there_ends_it()
    {
        var page = await Open();

        await Fail(page, "new HttpError(404, '', 0)");
        await page.EvaluateAsync("() => { poller.pollNow(); dispatchEvent(new Event('online')); dispatchEvent(new Event('pageshow')); }");
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBe(1);
        (await page.EvaluateAsync<int[]>("() => ends")).ShouldBe([404]);
        (await Troubles(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_page_of_a_proxy_does_not_end_it()
    {
        var page = await Open();

        foreach (var status in new[] { 400, 401, 403, 404 })
        {
            await Fail(page, $"new HttpError({status}, '', 0, true)");
            await page.Clock.RunForAsync(20_000);
        }

        (await Asked(page)).ShouldBe(5);
        (await page.EvaluateAsync<int[]>("() => ends")).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_held_poll_that_is_cut_off_is_no_failure_and_teaches_shorter_waits()
    {
        var page = await OpenHeld();

        await page.Clock.RunForAsync(5_000);
        await Fail(page, "new HttpError(504, '', 0, true)");
        await page.Clock.RunForAsync(1);
        (await Waits(page)).ShouldBe([0, 25, 4]);
        await page.Clock.RunForAsync(3_000);
        await Fail(page, "new TypeError('Failed to fetch')");
        await page.Clock.RunForAsync(1);
        (await Waits(page)).ShouldBe([0, 25, 4, 2]);
        (await Troubles(page)).ShouldBeEmpty();

        await Answer(page);
        await page.Clock.RunForAsync(610_000); // Perhaps another network by now.
        await Answer(page);
        await page.Clock.RunForAsync(Interval);
        (await Waits(page))[^1].ShouldBe(25);
    }

    [BrowserFact]
    public async Task A_proxy_that_cuts_off_everything_is_asked_in_intervals()
    {
        var page = await OpenHeld();

        await page.Clock.RunForAsync(1_500);
        await Fail(page, "new TypeError('Failed to fetch')");
        await page.Clock.RunForAsync(1);
        await Answer(page);
        await page.Clock.RunForAsync(Interval);

        (await Waits(page)).ShouldBe([0, 25, 0, 0]);
    }

    [BrowserFact]
    public async Task What_the_app_itself_says_after_a_while_is_a_failure()
    {
        var page = await OpenHeld();

        await page.Clock.RunForAsync(5_000);
        await Fail(page, "new HttpError(503, '', 5_000)");
        await page.Clock.RunForAsync(4_999);
        (await Asked(page)).ShouldBe(2);
        await page.Clock.RunForAsync(1);

        (await Waits(page)).ShouldBe([0, 25, 25]);
    }

    [BrowserFact]
    public async Task One_tab_holds_the_poll_and_tells_the_others_and_another_one_takes_over()
    {
        var leader = await OpenHeld();
        var other = await Open(wait: 25, tab: await leader.Context.NewPageAsync(), knownVersion: 1);
        await Answer(other);

        await Tell(leader, 2);
        await Until(other, "questions.length === 2");
        await Answer(other);
        await Tell(leader, 1); // The other one knows that.
        await Until(other, "heard.join() === '2,1'");
        await other.Clock.RunForAsync(34_000);
        (await Waits(other)).ShouldBe([0, 0]);

        await Hide(leader);
        await Wait.Until(async () =>
        {
            await other.Clock.RunForAsync(100);
            return await Asked(other) == 3;
        }, "the other tab leads");

        (await Waits(other))[^1].ShouldBe(25);
        (await Waits(leader)).ShouldAllBe(wait => wait == 0 || wait == 25);
    }

    [BrowserFact]
    public async Task News_that_come_while_it_asks_make_it_ask_again()
    {
        var leader = await OpenHeld();
        var other = await Open(wait: 25, tab: await leader.Context.NewPageAsync());

        await Tell(leader, 2);
        await Until(other, "heard.length === 1");
        await Answer(other);
        await other.Clock.RunForAsync(100);

        (await Asked(other)).ShouldBe(2);
    }

    [BrowserFact]
    public async Task When_the_tab_that_leads_falls_silent_the_others_ask_for_themselves()
    {
        var leader = await OpenHeld();
        var other = await Open(wait: 25, tab: await leader.Context.NewPageAsync());
        await Answer(other);

        await other.Clock.RunForAsync(35_000);
        (await Asked(other)).ShouldBe(2);
        await Answer(other);
        await other.Clock.RunForAsync(Interval);
        (await Asked(other)).ShouldBe(3);
        await Answer(other);

        await Tell(leader, 1);
        await Until(other, "heard.length === 1");
        await Answer(other);
        await other.Clock.RunForAsync(30_000);
        (await Asked(other)).ShouldBe(4);
    }

    [BrowserFact]
    public async Task A_page_that_another_user_opens_makes_it_ask_at_once()
    {
        var page = await OpenHeld();

        await Broadcast(page, "{ user: '7' }");
        await Broadcast(page, "{ user: '8' }");

        await Until(page, "questions.length === 3");
        (await page.EvaluateAsync<bool[]>("() => questions.map(question => question.signal.aborted)")).ShouldBe([false, true, false]);
    }

    [BrowserFact]
    public async Task Without_locks_every_tab_asks_to_be_held()
    {
        var page = await Open(wait: 25, before: "() => Object.defineProperty(navigator, 'locks', { value: undefined })");

        (await Waits(page)).ShouldBe([25]);
    }

    /// <summary>A poller whose requests the test answers.</summary>
    private async Task<IPage> Open(
        bool start = true, bool respectsAbort = true, int wait = 0, IPage? tab = null, int knownVersion = 0, string before = "() => {}")
    {
        var page = await Blank(page: tab);
        await StopTheClock(page);
        await page.EvaluateAsync(before);
        await page.EvaluateAsync($$"""
            async () => {
              const { Poller } = await import('/js/poller.js');
              window.HttpError = (await import('/js/http.js')).HttpError;
              window.questions = [];
              window.troubles = [];
              window.ends = [];
              window.heard = [];
              document.documentElement.dataset.user = '7';
              const ask = (signal, wait) => new Promise((resolve, reject) => {
                questions.push({ signal, wait, answer: (hasMore, update = null) => resolve({ update, hasMore }), fail: reject });
                if ({{(respectsAbort ? "true" : "false")}}) signal.addEventListener('abort', () => reject(signal.reason));
              });
              window.poller = new Poller(ask, {
                interval: {{Interval}},
                wait: {{wait}},
                isNews: ({ version }) => {
                  heard.push(version);
                  return version !== {{knownVersion}};
                },
                onTrouble: failures => troubles.push(failures),
                onEnd: error => ends.push(error.status),
              });
              if ({{(start ? "true" : "false")}}) poller.start();
            }
            """);
        return page;
    }

    /// <summary>A poller that leads the browser's tabs, and has just asked its first question that may be held.</summary>
    private async Task<IPage> OpenHeld()
    {
        var page = await Open(wait: 25);
        await page.WaitForFunctionAsync("async () => (await navigator.locks.query()).held.length === 1");
        await Answer(page);
        await page.Clock.RunForAsync(100);
        (await Waits(page)).ShouldBe([0, 25]);
        return page;
    }

    /// <summary>Answers the leader's question with a version, so that it tells the other tabs, and waits for its next question.</summary>
    private static async Task Tell(IPage leader, int version)
    {
        await leader.EvaluateAsync("version => questions.at(-1).answer(false, { version, unreadRooms: 0 })", version);
        await leader.Clock.RunForAsync(100);
    }

    private static async Task Broadcast(IPage page, string message) =>
        await page.EvaluateAsync($"() => new BroadcastChannel('market-poll').postMessage({message})");

    private static async Task<IReadOnlyList<int>> Waits(IPage page) =>
        await page.EvaluateAsync<int[]>("() => questions.map(question => question.wait)");

    private static async Task<int> Asked(IPage page) => await page.EvaluateAsync<int>("() => questions.length");

    private static async Task<IReadOnlyList<int>> Troubles(IPage page) => await page.EvaluateAsync<int[]>("() => troubles");

    private static async Task Answer(IPage page, bool again = false) =>
        await page.EvaluateAsync("again => questions.at(-1).answer(again)", again);

    private static async Task Fail(IPage page, string error) => await page.EvaluateAsync($"() => questions.at(-1).fail({error})");
}
