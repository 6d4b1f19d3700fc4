using System.Buffers.Text;
using System.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Push;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Push;

public sealed class PushClientTests(FakePushService service) : IClassFixture<FakePushService>, IAsyncDisposable
{
    private static readonly PushMessage _message = new("안녕하세요"u8.ToArray(), "topic", TimeSpan.FromMinutes(1), IsUrgent: true);

    private readonly MarketHost _host = new();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_request_says_who_sends_it_to_whom_and_until_when_signed_with_the_apps_key()
    {
        _host.With("Push:AllowPrivateEndpoints", "true").With("Push:Contact", "mailto:operator@market.example");
        var browser = service.Browser();

        await Send(browser);

        var (claims, key) = VapidKeysTests.Verify(service.SentTo(browser).ShouldHaveSingleItem().Headers["Authorization"]);
        key.ShouldBe(_host.Services.GetRequiredService<VapidKeys>().PublicKey);
        claims.GetProperty("aud").GetString().ShouldBe("http://127.0.0.1", "without its port: real push services have none");
        claims.GetProperty("sub").GetString().ShouldBe("mailto:operator@market.example");
        var now = DateTimeOffset.UtcNow; // The library uses the system clock.
        DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()).ShouldBeInRange(now.AddHours(1), now.AddHours(24));
    }

    [Fact]
    public async Task A_browser_with_the_keys_of_RFC_8291_reads_its_messages_and_no_two_look_alike()
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var browser = PushVectorTests.BrowserOf(PushVectorTests.Rfc8291, service.Browser().Endpoint);

        for (var i = 0; i < 3; i++) await Send(browser);

        var bodies = service.SentTo(browser).Select(sent => sent.Body).ToList();
        bodies.Count.ShouldBe(3);
        bodies.Select(body => Base64Url.EncodeToString(body)).ShouldBeUnique();
        bodies.ShouldAllBe(body => browser.Decrypt(body) == "안녕하세요");
    }

    [Fact]
    public async Task The_headers_say_how_long_to_keep_it_what_it_replaces_and_what_it_is()
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var browser = service.Browser();

        await Send(browser);
        await Send(browser, _message with { IsUrgent = false });

        var (urgent, quiet) = (service.SentTo(browser)[0], service.SentTo(browser)[1].Headers);
        urgent.Headers["TTL"].ShouldBe("60");
        urgent.Headers["Topic"].ShouldBe("topic");
        urgent.Headers["Urgency"].ShouldBe("high");
        quiet.GetValueOrDefault("Urgency", "normal").ShouldBe("normal", "which is the default (RFC 8030, section 5.3)");
        urgent.Headers["Content-Encoding"].ShouldBe("aes128gcm");
        urgent.Headers["Content-Type"].ShouldBe("application/octet-stream");
        urgent.Headers["Content-Length"].ShouldBe($"{urgent.Body.Length}");
    }

    [Fact]
    public async Task What_is_longer_than_a_push_service_takes_is_an_error_of_the_callers()
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var browser = service.Browser();
        var longest = new string('x', PushClient.MaxContentBytes);

        (await Send(browser, _message with { Content = Encoding.UTF8.GetBytes(longest) })).Outcome.ShouldBe(PushOutcome.Accepted);
        await Should.ThrowAsync<ArgumentException>(() => Send(browser, _message with { Content = Encoding.UTF8.GetBytes(longest + 'x') }));

        var body = service.SentTo(browser).ShouldHaveSingleItem().Body;
        body.Length.ShouldBe(4096);
        browser.Decrypt(body).ShouldBe(longest);
    }

    [Theory]
    [InlineData("https://localhost/1")] // A name that resolves to this machine.
    [InlineData("https://127.0.0.1/1")]
    [InlineData("http://push.example/1")]
    public async Task What_leads_inside_is_not_connected_to_and_is_to_be_forgotten(string endpoint) =>
        (await Send(new FakePushClient(endpoint))).Outcome.ShouldBe(PushOutcome.Expired);

    [Fact]
    public async Task A_push_service_on_this_machine_is_refused_unless_the_setting_allows_it()
    {
        var browser = service.Browser();

        (await Send(browser)).Outcome.ShouldBe(PushOutcome.Expired);

        service.SentTo(browser).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var (browser, elsewhere) = (service.Browser(), service.Browser());
        service.AnswerFor(browser, _ => Results.Redirect(elsewhere.Endpoint, preserveMethod: true));

        (await Send(browser)).Outcome.ShouldBe(PushOutcome.Refused);

        service.SentTo(elsewhere).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(201, PushOutcome.Accepted)]
    [InlineData(202, PushOutcome.Accepted)]
    [InlineData(204, PushOutcome.Accepted)]
    [InlineData(400, PushOutcome.Refused)]
    [InlineData(401, PushOutcome.Refused)]
    [InlineData(403, PushOutcome.Refused)]
    [InlineData(405, PushOutcome.Refused)]
    [InlineData(408, PushOutcome.RetryLater)]
    [InlineData(425, PushOutcome.RetryLater)]
    [InlineData(404, PushOutcome.Expired)]
    [InlineData(410, PushOutcome.Expired)]
    [InlineData(413, PushOutcome.TooLarge)]
    [InlineData(429, PushOutcome.RetryLater)]
    [InlineData(500, PushOutcome.RetryLater)]
    [InlineData(503, PushOutcome.RetryLater)]
    public async Task Each_answer_has_its_meaning(int status, PushOutcome outcome)
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var browser = service.Browser();
        service.AnswerFor(browser, _ => Results.StatusCode(status));

        (await Send(browser)).Outcome.ShouldBe(outcome);

        browser.Decrypt(service.SentTo(browser).ShouldHaveSingleItem().Body).ShouldBe("안녕하세요");
    }

    [Theory]
    [InlineData(201, PushOutcome.Accepted)]
    [InlineData(500, PushOutcome.RetryLater)]
    public async Task An_endless_answer_is_not_read_to_its_end(int status, PushOutcome outcome)
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var browser = service.Browser();
        var answer = new EndlessAnswer(status);
        service.AnswerFor(browser, _ => answer);

        (await Send(browser)).Outcome.ShouldBe(outcome);
        await answer.ReaderHasLeft;
    }

    [Fact]
    public async Task A_service_that_is_out_of_reach_may_be_tried_again()
    {
        _host.With("Push:AllowPrivateEndpoints", "true");

        (await Send(new FakePushClient("http://127.0.0.1:9/1"))).Outcome.ShouldBe(PushOutcome.RetryLater);
    }

    private Task<PushResult> Send(FakePushClient to, PushMessage? message = null) =>
        _host.Services.GetRequiredService<PushClient>().SendAsync(
        new PushSubscription
        {
            Endpoint = to.Endpoint, P256dh = Base64Url.DecodeFromChars(
                to.P256dh), Auth = Base64Url.DecodeFromChars(to.Auth), Language = "ko", SecurityStamp = "",
        },
        message ?? _message,
        CancellationToken.None);

    private sealed class EndlessAnswer(int status) : IResult
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task ReaderHasLeft => _left.Task;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;

            // Writing to a closed connection never throws, so the loop checks the token.
            while (!httpContext.RequestAborted.IsCancellationRequested) await httpContext.Response.Body.WriteAsync(new byte[1024]);
            _left.SetResult();
        }
    }
}
