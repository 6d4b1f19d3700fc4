using System.Collections.Concurrent;
using System.Text;
using MarketChat.Tests.Browser;
using MarketChat.Tests.Support;

namespace MarketChat.Tests.Infrastructure.HostileInput;

/// <summary>The app neither fails nor hangs, whatever the request is.</summary>
[Trait("Category", "Slow")]
public sealed class HostileInputTests
{
    private const int Seed = 20_261_123;
    private const int RequestsPerRoute = 90;
    private const int Concurrency = 4;
    private const int MaxShown = 5;

    [Fact]
    public async Task Thousands_of_broken_requests_by_every_route_find_no_error_of_the_apps_own()
    {
        await using var host = new KestrelHost();
        host.With("Chat:WaitSeconds", "0.05");
        var server = new Uri(host.Url);
        var routes = await AppRoute.AllOf(host);
        var statuses = new ConcurrentDictionary<int, int>();
        var failures = new ConcurrentQueue<string>();

        await Parallel.ForEachAsync(routes.Index(), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (numbered, _) =>
        {
            var (number, route) = numbered;
            var users = await TestUsers.Of(host);
            var (fuzz, raw) = (new FuzzRequests(Seed + number), new RawHttp(server));
            var (token, cookies) = (await users.TokenOf(users.Buyer), users.Buyer.Cookies.GetCookieHeader(server));
            for (var i = 0; i < RequestsPerRoute; i++)
            {
                var (request, isCutOff) = fuzz.Request(route, users.Talk, server.Authority, cookies, token);
                var status = await raw.Send(request, endAfter: isCutOff);
                if (!isCutOff) statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                var beginning = Encoding.UTF8.GetString(request.AsSpan(0, Math.Min(1_500, request.Length)));
                if (status >= 500) failures.Enqueue($"{status} for request {i} of {route}:\n{beginning}");
            }
        });

        failures.Take(MaxShown).ShouldBeEmpty();
        host.ErrorsInLog().Take(MaxShown).ShouldBeEmpty();
        statuses.Values.Sum().ShouldBeGreaterThan(2_000);
        foreach (var status in new[] { 200, 303, 400, 404, 405, 414, 431 })
        {
            statuses.ShouldContainKey(status, "the requests are of many kinds");
        }

        statuses.GetValueOrDefault(0).ShouldBeLessThan(statuses.Values.Sum() / 100, "who sends all that was announced is answered");
    }

    [Fact]
    public async Task Requests_that_are_no_HTTP_are_hung_up_on_or_told_so()
    {
        await using var host = new KestrelHost();
        var raw = new RawHttp(new Uri(host.Url));
        string[] requests =
        [
            "", "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\n\n", "GET \0 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /\u00ff\u00fe HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", $"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001",
        ];

        foreach (var request in requests)
        {
            (await raw.Send(Encoding.Latin1.GetBytes(request), endAfter: true)).ShouldBeLessThan(500, request);
        }

        (await raw.Send("GET / HTTP/9.9\r\nHost: a\r\n\r\n"u8.ToArray(), endAfter: false)).ShouldBe(505);

        host.ErrorsInLog().ShouldBeEmpty();
        (await host.Browser().Scenario(s => s.Get.Url("/"))).StatusCode.ShouldBe(200, "nothing of it lasts");
    }
}
