using MarketChat.Infrastructure.Localization;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>The script formats times as the server does: the script's update must not change what the server rendered.</summary>
public sealed class TimesTests(KestrelHost host) : ModuleTest(host)
{
    private const string Seoul = "Asia/Seoul";

    private static readonly DateTime _beforeMidnight = new(2026, 11, 22, 14, 59, 40, DateTimeKind.Utc); // In Seoul.

    [BrowserFact]
    public async Task Times_are_formatted_as_on_the_server_in_korean() =>
        await ShouldFormat(SharedCases.Times.Where(times => times is { Language: "ko", Zone: Seoul }));

    [BrowserFact]
    public async Task Times_are_formatted_as_on_the_server_in_english() =>
        await ShouldFormat(SharedCases.Times.Where(times => times is { Language: "en", Zone: Seoul }));

    [BrowserFact]
    public async Task Times_are_formatted_as_on_the_server_in_other_zones() =>
        await ShouldFormat(SharedCases.Times.Where(times => times.Zone != Seoul));

    [BrowserFact]
    public async Task A_time_is_brought_up_to_date_while_the_page_stands()
    {
        var page = await Blank("""<time data-time="relative" datetime="2026-11-22T03:00:00.000Z"></time>""");
        await StopTheClock(page);
        await page.EvaluateAsync("async () => (await import('/js/times.js')).startTimes()");
        (await page.InnerTextAsync("time")).ShouldBe("방금");
        (await page.GetAttributeAsync("time", "title")).ShouldBe("2026년 11월 22일 일요일 오후 12:00");

        await page.Clock.RunForAsync(60_000);
        (await page.InnerTextAsync("time")).ShouldBe("1분 전");

        await Hide(page);
        await page.Clock.RunForAsync(4 * 60_000);
        (await page.InnerTextAsync("time")).ShouldBe("1분 전");
        await Show(page);
        (await page.InnerTextAsync("time")).ShouldBe("5분 전");
    }

    [BrowserFact]
    public async Task Today_is_yesterday_from_midnight_on()
    {
        var page = await Blank(Day("2026-11-22T14:50:00.000Z"));
        await StopTheClock(page, _beforeMidnight);
        await page.EvaluateAsync("async () => (await import('/js/times.js')).startTimes()");
        (await page.InnerTextAsync("time")).ShouldBe("오늘");

        await page.Clock.RunForAsync(30_000);

        (await page.InnerTextAsync("time")).ShouldBe("2026년 11월 22일 일요일");
    }

    [BrowserFact]
    public async Task The_first_label_of_a_new_day_renames_the_former_one_at_once()
    {
        var page = await Blank(Day("2026-11-22T14:50:00.000Z"));
        await StopTheClock(page, _beforeMidnight);
        await page.EvaluateAsync("async () => { window.times = await import('/js/times.js'); times.refreshTimes(); }");

        await page.Clock.RunForAsync(30_000); // Without the timer of startTimes, as after the sleep of a laptop.
        await page.EvaluateAsync("""
            () => {
              const label = document.querySelector('time').cloneNode();
              times.setTime(label, new Date());
              document.body.append(label);
            }
            """);

        (await page.Locator("time").AllTextContentsAsync()).ShouldBe(["2026년 11월 22일 일요일", "오늘"]);
    }

    [BrowserFact]
    public async Task A_time_that_has_not_changed_is_not_touched()
    {
        var page =
            await Blank("""<time data-time="clock" datetime="2026-11-22T03:00:00.000Z" title="as the server said">오후 12:00</time>""");

        var touched = await page.EvaluateAsync<int>("""
            async () => {
              const { refreshTimes } = await import('/js/times.js');
              const watch = new MutationObserver(() => {});
              watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
              refreshTimes();
              return watch.takeRecords().length;
            }
            """);

        touched.ShouldBe(0);
    }

    [BrowserFact]
    public async Task The_server_learns_the_readers_zone()
    {
        var page = await Blank();

        await page.EvaluateAsync("async () => (await import('/js/times.js')).startTimes()");

        (await page.Context.CookiesAsync()).Single(cookie => cookie.Name == UserTimeFormatter.ZoneCookie).Value.ShouldBe("Asia/Seoul");
    }

    [BrowserFact]
    public async Task Days_are_those_of_the_readers_zone()
    {
        var page = await Blank();

        var days = await page.EvaluateAsync<int[]>("""
            async () => {
              const { dayOf } = await import('/js/times.js');
              const days = ['2026-11-21T14:59:59.999Z', '2026-11-21T15:00:00Z', '2026-11-22T14:59:59Z', '2026-11-22T15:00:00Z']
                .map(at => dayOf(new Date(at)));
              return days.map(day => day - days[0]);
            }
            """);

        days.ShouldBe([0, 1, 1, 2]);
    }

    private static string Day(string at) => $"""<time data-time="day" datetime="{at}"></time>""";

    private async Task ShouldFormat(IEnumerable<TimesCase> cases)
    {
        cases.ShouldNotBeEmpty();
        foreach (var (name, language, zone, now, times) in cases)
        {
            var page = await Blank(language: language, zone: zone);

            var formatted = await page.EvaluateAsync<string[][]>("""
                async ({ now, times }) => {
                  const { formatRelative, dayName, setTime } = await import('/js/times.js');
                  return times.map(time => {
                    const at = new Date(time);
                    const element = document.createElement('time');
                    element.dataset.time = 'clock';
                    setTime(element, at);
                    return [formatRelative(at, new Date(now)), dayName(at, new Date(now)), element.textContent, element.title];
                  });
                }
                """, new { now = now.ToString("O"), times = times.Select(time => time.At.ToString("O")) });

            formatted.Select((texts, i) => new TimeTexts(times[i].At, texts[0], texts[1], texts[2], texts[3])).ShouldBe(times, name);
        }
    }
}
