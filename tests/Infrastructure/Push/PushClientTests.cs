using System.Buffers.Text;
using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Push;
using MarketChat.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Push;

public sealed class PushClientTests(PushService service) : IClassFixture<PushService>, IAsyncDisposable
{
    private static readonly PushMessage _message = new("안녕하세요"u8.ToArray(), "topic", TimeSpan.FromMinutes(1), IsUrgent: true);

    private readonly MarketHost _host = new();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("https://localhost/1")] // A name that leads here.
    [InlineData("https://127.0.0.1/1")]
    [InlineData("http://push.example/1")]
    public async Task What_leads_inside_is_not_connected_to_and_is_to_be_forgotten(string endpoint) =>
        (await Send(new PushBrowser(endpoint))).Outcome.ShouldBe(PushOutcome.Gone);

    [Fact]
    public async Task A_push_service_on_this_machine_is_refused_unless_the_setting_allows_it()
    {
        var browser = service.Browser();

        (await Send(browser)).Outcome.ShouldBe(PushOutcome.Gone);

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
    [InlineData(201, PushOutcome.Taken)]
    [InlineData(202, PushOutcome.Taken)]
    [InlineData(400, PushOutcome.Refused)]
    [InlineData(403, PushOutcome.Refused)]
    [InlineData(404, PushOutcome.Gone)]
    [InlineData(410, PushOutcome.Gone)]
    [InlineData(413, PushOutcome.Refused)]
    [InlineData(429, PushOutcome.NotNow)]
    [InlineData(500, PushOutcome.NotNow)]
    [InlineData(503, PushOutcome.NotNow)]
    public async Task Each_answer_has_its_meaning(int status, PushOutcome outcome)
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var browser = service.Browser();
        service.AnswerFor(browser, _ => Results.StatusCode(status));

        (await Send(browser)).Outcome.ShouldBe(outcome);

        browser.Decrypt(service.SentTo(browser).ShouldHaveSingleItem().Body).ShouldBe("안녕하세요");
    }

    [Fact]
    public async Task An_endless_answer_is_not_read_to_its_end()
    {
        _host.With("Push:AllowPrivateEndpoints", "true");
        var browser = service.Browser();
        var answer = new EndlessAnswer();
        service.AnswerFor(browser, _ => answer);

        (await Send(browser)).Outcome.ShouldBe(PushOutcome.Taken);
        await answer.ReaderHasLeft;
    }

    [Fact]
    public async Task A_service_that_is_out_of_reach_may_be_tried_again()
    {
        _host.With("Push:AllowPrivateEndpoints", "true");

        (await Send(new PushBrowser("http://127.0.0.1:9/1"))).Outcome.ShouldBe(PushOutcome.NotNow);
    }

    private Task<PushAnswer> Send(PushBrowser to) => _host.Services.GetRequiredService<PushClient>().SendAsync(
        new PushSubscription
        {
            Endpoint = to.Endpoint, P256dh = Base64Url.DecodeFromChars(to.P256dh), Auth = Base64Url.DecodeFromChars(to.Auth), Language = "ko", Stamp = "",
        },
        _message,
        CancellationToken.None);

    private sealed class EndlessAnswer : IResult
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task ReaderHasLeft => _left.Task;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            // Writing to a connection that is closed goes on for ever, and says nothing.
            while (!httpContext.RequestAborted.IsCancellationRequested) await httpContext.Response.Body.WriteAsync(new byte[1024]);
            _left.SetResult();
        }
    }
}
