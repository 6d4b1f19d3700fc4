using System.Globalization;
using MarketChat.Infrastructure.Localization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>
/// The script tells times as the server does: what the server wrote must not change when the script brings it up to date.
/// </summary>
public sealed class TimesTests(KestrelHost host) : ModuleTest(host)
{
    private static readonly DateTimeOffset _afternoon = DateTimeOffset.Parse("2026-11-22T14:10:00+09:00", CultureInfo.InvariantCulture);
    private static readonly DateTimeOffset _justAfterMidnight =
        DateTimeOffset.Parse("2026-11-22T00:00:30+09:00", CultureInfo.InvariantCulture);

    [BrowserFact]
    public async Task How_long_ago_is_told_in_korean()
    {
        var page = await Blank();

        (await Ago(page, _afternoon, "2026-11-22T14:09:31+09:00")).ShouldBe("방금");
        (await Ago(page, _afternoon, "2026-11-22T14:05:00+09:00")).ShouldBe("5분 전");
        (await Ago(page, _afternoon, "2026-11-22T11:10:00+09:00")).ShouldBe("3시간 전");
        (await Ago(page, _afternoon, "2026-11-21T14:10:00+09:00")).ShouldBe("어제");
        (await Ago(page, _afternoon, "2026-11-19T09:00:00+09:00")).ShouldBe("3일 전");
        (await Ago(page, _afternoon, "2026-11-15T09:00:00+09:00")).ShouldBe("2026년 11월 15일");
        (await Ago(page, _afternoon, "2026-11-22T14:15:00+09:00")).ShouldBe("방금"); // The server's clock is ahead.
    }

    [BrowserFact]
    public async Task How_long_ago_is_told_in_english()
    {
        var page = await Blank(language: "en");

        (await Ago(page, _afternoon, "2026-11-22T14:09:31+09:00")).ShouldBe("just now");
        (await Ago(page, _afternoon, "2026-11-22T14:09:00+09:00")).ShouldBe("1 minute ago");
        (await Ago(page, _afternoon, "2026-11-22T11:10:00+09:00")).ShouldBe("3 hours ago");
        (await Ago(page, _afternoon, "2026-11-21T14:10:00+09:00")).ShouldBe("yesterday");
        (await Ago(page, _afternoon, "2026-11-15T09:00:00+09:00")).ShouldBe("November 15, 2026");
    }

    [BrowserFact]
    public async Task Script_and_server_tell_every_time_alike_in_korean() => await ShouldAgree("ko");

    [BrowserFact]
    public async Task Script_and_server_tell_every_time_alike_in_english() => await ShouldAgree("en");

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

    private async Task ShouldAgree(string language)
    {
        var page = await Blank(language: language);
        foreach (var now in new[] { _afternoon, _justAfterMidnight })
        {
            var times = TimesBefore(now).ToList();
            var clock = ServersClock(language, now);
            var server = times.Select(at => new[] { clock.FormatRelative(at), clock.DayName(at), clock.TimeOfDay(at), clock.Exact(at) });

            var script = await page.EvaluateAsync<string[][]>("""
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
                """, new { now = now.ToString("O"), times = times.Select(at => at.ToString("O")) });

            foreach (var ((at, ours), theirs) in times.Zip(server).Zip(script)) theirs.ShouldBe(ours, $"{at:O} as told at {now:O}");
        }
    }

    /// <summary>Times on both sides of every border that the rules know.</summary>
    private static IEnumerable<DateTime> TimesBefore(DateTimeOffset now)
    {
        double[] seconds =
        [
            -3600, 0, 1, 59.999, 60, 119.999, 120, 3599.999, 3600, 7199.999, 7200, 12 * 3600, 86_399.999, 86_400, 100_000,
            .. Enumerable.Range(1, 10)
                .SelectMany(days => new[] { (days * 86_400) - 40_000, days * 86_400, (days * 86_400) + 20_000, (days * 86_400) + 51_000 }),
            90 * 86_400, 400 * 86_400,
        ];
        return seconds.Select(second => now.UtcDateTime.AddMilliseconds(-Math.Round(second * 1000)));
    }

    private UserTimeFormatter ServersClock(string language, DateTimeOffset now)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        return new UserTimeFormatter(new HttpContextAccessor(), new Moment(now),
            Host.Services.GetRequiredService<IStringLocalizer<UserTimeFormatter>>());
    }

    private static async Task<string> Ago(IPage page, DateTimeOffset now, string at) => await page.EvaluateAsync<string>("""
        async ({ now, at }) => (await import('/js/times.js')).formatRelative(new Date(at), new Date(now))
        """, new { now = now.ToString("O"), at });

    /// <summary>A clock that stands.</summary>
    private sealed class Moment(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
