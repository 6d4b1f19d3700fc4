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
    public async Task An_expired_session_ends_it() => await ShouldEndWith(401);

    [BrowserFact]
    public async Task A_room_that_is_not_there_ends_it() => await ShouldEndWith(404);

    private async Task ShouldEndWith(int status)
    {
        var page = await Open();

        await Fail(page, $"new HttpError({status}, '', 0)");
        await page.EvaluateAsync("() => { poller.pollNow(); dispatchEvent(new Event('online')); dispatchEvent(new Event('pageshow')); }");
        await page.Clock.RunForAsync(60_000);

        (await Asked(page)).ShouldBe(1);
        (await page.EvaluateAsync<int[]>("() => ends")).ShouldBe([status]);
        (await Troubles(page)).ShouldBeEmpty();
    }

    /// <summary>A poller whose requests the test answers.</summary>
    private async Task<IPage> Open(bool start = true, bool respectsAbort = true)
    {
        var page = await Blank();
        await StopTheClock(page);
        await page.EvaluateAsync($$"""
            async () => {
              const { Poller } = await import('/js/poller.js');
              window.HttpError = (await import('/js/http.js')).HttpError;
              window.questions = [];
              window.troubles = [];
              window.ends = [];
              const ask = signal => new Promise((resolve, reject) => {
                questions.push({ signal, answer: again => resolve({ again }), fail: reject });
                if ({{(respectsAbort ? "true" : "false")}}) signal.addEventListener('abort', () => reject(signal.reason));
              });
              window.poller = new Poller(ask, {
                interval: {{Interval}},
                onTrouble: failures => troubles.push(failures),
                onEnd: error => ends.push(error.status),
              });
              if ({{(start ? "true" : "false")}}) poller.start();
            }
            """);
        return page;
    }

    private static async Task<int> Asked(IPage page) => await page.EvaluateAsync<int>("() => questions.length");

    private static async Task<IReadOnlyList<int>> Troubles(IPage page) => await page.EvaluateAsync<int[]>("() => troubles");

    private static async Task Answer(IPage page, bool again = false) =>
        await page.EvaluateAsync("again => questions.at(-1).answer(again)", again);

    private static async Task Fail(IPage page, string error) => await page.EvaluateAsync($"() => questions.at(-1).fail({error})");
}
