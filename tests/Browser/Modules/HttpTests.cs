using System.Text.Json;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

public sealed class HttpTests(KestrelHost host) : ModuleTest(host)
{
    private const string Form = """<form><input name="__RequestVerificationToken" value="a token"></form>""";

    [BrowserFact]
    public async Task An_answer_is_its_status_and_its_json()
    {
        var page = await Open(route => route.FulfillAsync(new() { Status = 201, ContentType = "application/json", Body = """{"id":7}""" }));

        (await Ask(page)).ShouldBe("""{"status":201,"body":{"id":7}}""");
    }

    [BrowserFact]
    public async Task Nothing_new_is_an_answer_without_a_body()
    {
        var page = await Open(route => route.FulfillAsync(new() { Status = 204 }));

        (await Ask(page)).ShouldBe("""{"status":204,"body":null}""");
    }

    [BrowserFact]
    public async Task A_question_asks_for_json_and_takes_no_cached_answer()
    {
        IRequest? asked = null;
        var page = await Open(route =>
        {
            asked = route.Request;
            return route.FulfillAsync(new() { Status = 204 });
        });
        await page.EvaluateAsync(
            "() => { const { fetch } = window; window.fetch = (url, options) => fetch(url, window.options = options); }");

        await Ask(page);

        asked.ShouldNotBeNull().Method.ShouldBe("GET");
        asked.Headers["accept"].ShouldBe("application/json");
        asked.Headers.ShouldNotContainKey("requestverificationtoken");
        (await page.EvaluateAsync<string>("() => options.cache")).ShouldBe("no-store");
    }

    [BrowserFact]
    public async Task Fields_are_posted_as_a_form_with_the_antiforgery_token()
    {
        IRequest? asked = null;
        var page = await Open(route =>
        {
            asked = route.Request;
            return route.FulfillAsync(new() { Status = 204 });
        });

        await Ask(page, "{ form: document.querySelector('form'), fields: { payload: '값이 3 & 4 = 7 + 1?\\n네' } }");

        asked.ShouldNotBeNull().Method.ShouldBe("POST");
        asked.Headers["requestverificationtoken"].ShouldBe("a token");
        asked.Headers["content-type"].ShouldStartWith("application/x-www-form-urlencoded");
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(asked.PostData)["payload"].ToString().ShouldBe("값이 3 & 4 = 7 + 1?\n네");
    }

    [BrowserFact]
    public async Task A_refusal_carries_the_servers_sentence()
    {
        var page = await Open(FakeSendEndpoint.Status(400, "메시지가 비어 있어요."));

        (await Failure(page)).ShouldBe(new("HttpError", 400, "메시지가 비어 있어요.", 0, IsFinal: true, IsSignedOut: false));
    }

    [BrowserFact]
    public async Task A_failure_that_is_no_json_carries_no_sentence()
    {
        var page =
            await Open(route => route.FulfillAsync(new() { Status = 502, ContentType = "text/html", Body = "<h1>Bad Gateway</h1>" }));

        (await Failure(page)).ShouldBe(new("HttpError", 502, "", 0, IsFinal: false, IsSignedOut: false));
    }

    [BrowserFact]
    public async Task Retryable_failures_are_distinguished_from_permanent_ones()
    {
        var status = 0;
        var page = await Open(route => FakeSendEndpoint.Status(status)(route));
        var final = new List<int>();
        var signedOut = new List<int>();
        int[] all = [400, 401, 403, 404, 408, 409, 413, 422, 425, 429, 500, 502, 503, 504];

        foreach (var each in all)
        {
            status = each;
            var failure = await Failure(page);
            failure.Status.ShouldBe(each);
            if (failure.IsFinal) final.Add(each);
            if (failure.IsSignedOut) signedOut.Add(each);
        }

        final.ShouldBe([400, 403, 404, 409, 413, 422]);
        signedOut.ShouldBe([401]);
    }

    [BrowserFact]
    public async Task An_error_that_is_not_the_apps_own_is_neither_final_nor_a_sentence()
    {
        var (status, type, body) = (0, "", "");
        var page = await Open(route => route.FulfillAsync(new() { Status = status, ContentType = type, Body = body }));

        foreach (var answer in new[]
        {
            (403, "text/html", "<h1>Forbidden</h1>"), (404, "application/json", """{"detail":"Not here."}"""), (401, "text/plain", ""),
            (400, "application/problem+json", "<h1>Bad</h1>"), (404, "application/problem+json", """{"status":500,"detail":"No."}"""),
        })
        {
            (status, type, body) = answer;
            (await Failure(page)).ShouldBe(new("HttpError", status, "", 0, IsFinal: false, IsSignedOut: false), $"{answer}");
        }
    }

    [BrowserFact]
    public async Task Each_question_says_whose_page_asks()
    {
        var users = new List<string?>();
        var page = await Open(route =>
        {
            users.Add(route.Request.Headers.GetValueOrDefault("page-user"));
            return route.FulfillAsync(new() { Status = 204 });
        });
        await Ask(page);
        await page.EvaluateAsync("() => { document.documentElement.dataset.user = '7'; }");

        await Ask(page);
        await Upload(page);

        users.ShouldBe([null, "7", "7"]);
    }

    [BrowserFact]
    public async Task A_page_that_does_not_fit_the_session_is_loaded_again_but_not_over_and_over()
    {
        var page = await Open(FakeSendEndpoint.Status(412));

        await page.EvaluateAsync("() => { window.isOld = true; }");
        await page.EvaluateAsync("""
            () => {
              import('/js/http.js').then(({ fetchJson }) => fetchJson('/module-test/question', { timeout: 15_000 })).catch(() => {});
            }
            """);
        await Until(page, "window.isOld === undefined");

        (await Failure(page)).ShouldBe(new("HttpError", 412, "", 0, IsFinal: false, IsSignedOut: false));
        (await page.EvaluateAsync<string>("() => performance.getEntriesByType('navigation')[0].type")).ShouldBe("reload");
    }

    [BrowserFact]
    public async Task Retry_after_is_read_in_seconds_and_as_a_date()
    {
        var retryAfter = "";
        var page = await Open(route => FakeSendEndpoint.Status(503, retryAfter: retryAfter)(route));
        await StopTheClock(page);
        var now = await page.EvaluateAsync<long>("() => Date.now()");

        foreach (var (header, expected) in new[]
        {
            ("7", 7000),
            ("0", 0),
            (DateTimeOffset.FromUnixTimeMilliseconds(now).AddSeconds(90).ToString("R"), 90_000),
            (DateTimeOffset.FromUnixTimeMilliseconds(now).AddSeconds(-90).ToString("R"), 0),
            ("soon", 0),
        })
        {
            retryAfter = header;
            (await Failure(page)).RetryAfter.ShouldBe(expected, header);
        }
    }

    [BrowserFact]
    public async Task An_answer_that_never_comes_ends_with_the_time_limit()
    {
        var page = await Open(FakeSendEndpoint.Silent);

        (await Failure(page, "{ timeout: 50 }")).Name.ShouldBe("TimeoutError");
    }

    [BrowserFact]
    public async Task Whoever_asked_can_give_the_question_up()
    {
        var page = await Open(FakeSendEndpoint.Silent);

        (await Failure(page, "{ signal: AbortSignal.abort() }")).Name.ShouldBe("AbortError");
    }

    [BrowserFact]
    public async Task A_page_that_a_train_puts_in_the_way_is_no_answer()
    {
        var page = await Open(route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<h1>Welcome to the train</h1>" }));

        (await Failure(page)).Name.ShouldBe("SyntaxError");
    }

    [BrowserFact]
    public async Task A_way_to_another_page_is_not_followed()
    {
        var page = await Open(route =>
            route.FulfillAsync(new() { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = "/module-test" } }));

        (await Failure(page)).Name.ShouldBe("TypeError");
    }

    [BrowserFact]
    public async Task An_upload_is_a_form_with_the_antiforgery_token_and_is_answered_as_any_question()
    {
        IRequest? asked = null;
        var page = await Open(route =>
        {
            asked = route.Request;
            return route.FulfillAsync(new() { Status = 201, ContentType = "application/json", Body = """{"id":7}""" });
        });

        (await Upload(page)).Answer.ShouldBe("""{"status":201,"body":{"id":7}}""");

        asked.ShouldNotBeNull().Method.ShouldBe("POST");
        asked.Headers["requestverificationtoken"].ShouldBe("a token");
        asked.Headers["content-type"].ShouldStartWith("multipart/form-data");
    }

    [BrowserFact]
    public async Task An_upload_tells_how_far_it_is()
    {
        var page = await Blank(Form);

        // Uses the real server, because a mocked response is sent before any of the request body.
        var (answer, progress) = await Upload(page, url: "/no-such-page");

        answer.ShouldStartWith("HttpError 4"); // The server rejects the upload, but has received all of it.
        progress.ShouldBeInOrder();
        progress[^1].ShouldBe(1);
    }

    [BrowserFact]
    public async Task A_refused_upload_carries_the_servers_sentence_and_its_wait()
    {
        var page = await Open(FakeSendEndpoint.Status(429, "천천히요.", retryAfter: "3"));

        (await Upload(page)).Answer.ShouldBe("HttpError 429 천천히요. 3000");
    }

    [BrowserFact]
    public async Task An_upload_that_is_lost_gets_nowhere_or_is_given_up_fails_and_says_so()
    {
        var page = await Open(route => route.AbortAsync());
        (await Upload(page)).Answer.ShouldStartWith("TypeError");

        await page.UnrouteAsync("**/module-test/question");
        await page.RouteAsync("**/module-test/question", FakeSendEndpoint.Silent);
        (await Upload(page, "stallTimeout: 50")).Answer.ShouldStartWith("TypeError");
        (await Upload(page, "signal: AbortSignal.abort()")).Answer.ShouldStartWith("AbortError");
        (await Upload(page,
            "signal: (() => { const given = new AbortController(); setTimeout(() => given.abort()); return given.signal; })()"))
            .Answer.ShouldStartWith("AbortError");
    }

    [BrowserFact]
    public async Task Waits_double_with_every_failure_and_differ_from_page_to_page()
    {
        var page = await Blank();

        var waits = await page.EvaluateAsync<double[][]>("""
            async () => {
              const { backoff } = await import('/js/backoff.js');
              return [1, 2, 3, 4, 5, 6, 60, 6000].map(failures => [backoff(failures, 0, () => 0), backoff(failures, 0, () => 1)]);
            }
            """);

        waits.Select(wait => wait[0]).ShouldBe([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
        waits.Select(wait => wait[1]).ShouldBe([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000, 20_000]);
    }

    [BrowserFact]
    public async Task The_server_has_the_say_about_the_wait_but_not_for_ever()
    {
        var page = await Blank();

        var waits = await page.EvaluateAsync<double[]>("""
            async () => {
              const { backoff } = await import('/js/backoff.js');
              return [60_000, 100, 2 ** 40].map(asked => backoff(1, asked, () => 0));
            }
            """);

        waits.ShouldBe([60_000, 500, 3_600_000]); // A browser timer longer than 2^31 milliseconds would fire at once.
    }

    private sealed record Failed(string Name, int Status, string Detail, long RetryAfter, bool IsFinal, bool IsSignedOut);

    private async Task<IPage> Open(Func<IRoute, Task> answer)
    {
        var page = await Blank(Form);
        await page.RouteAsync("**/module-test/question", answer);
        return page;
    }

    private static async Task<string> Ask(IPage page, string options = "{}") => await page.EvaluateAsync<string>($$"""
        async () => {
          const { fetchJson } = await import('/js/http.js');
          return JSON.stringify(await fetchJson('/module-test/question', { timeout: 15_000, ...{{options}} }));
        }
        """);

    private static async Task<(string Answer, double[] Progress)> Upload(
        IPage page, string options = "", string url = "/module-test/question")
    {
        var said = await page.EvaluateAsync<JsonElement>($$"""
            async () => {
              const { upload } = await import('/js/http.js');
              const progress = [];
              const fields = { photo: new Blob(['a picture']) };
              const form = document.querySelector('form');
              const answer = await upload('{{url}}',
                  { stallTimeout: 15_000, form, fields, onProgress: part => progress.push(part), {{options}} })
                .then(JSON.stringify, error => `${error.status ? 'HttpError' : error.name} ${error.message} ${error.retryAfter}`);
              return { answer, progress };
            }
            """);
        var progress = said.GetProperty("progress").EnumerateArray().Select(part => part.GetDouble());
        return (said.GetProperty("answer").GetString()!, [.. progress]);
    }

    private static async Task<Failed> Failure(IPage page, string options = "{}") => JsonSerializer.Deserialize<Failed>(
        await page.EvaluateAsync<string>($$"""
        async () => {
          const { HttpError, fetchJson } = await import('/js/http.js');
          const error = await fetchJson('/module-test/question', { timeout: 15_000, ...{{options}} })
            .then(() => new Error('an answer'), error => error);
          const { status = 0, detail = '', retryAfter = 0, isFinal = false, isSignedOut = false } = error;
          const name = error instanceof HttpError ? 'HttpError' : error.name;
          return JSON.stringify({ name, status, detail, retryAfter, isFinal, isSignedOut });
        }
        """), JsonSerializerOptions.Web)!;
}
