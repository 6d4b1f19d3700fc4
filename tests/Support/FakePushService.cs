using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MarketChat.Tests.Support;

/// <summary>
/// A fake push service on this machine: receives the messages to its browsers (RFC 8030) and returns the responses that the test sets.
/// </summary>
public sealed class FakePushService : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<PushedMessage>> _received = new();
    private readonly ConcurrentDictionary<string, Func<int, IResult>> _answers = new();
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPost("{**path}", (Delegate)ReceiveAsync);
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    public string Url => _app!.Urls.Single();

    /// <summary>A fake client with an endpoint at this service.</summary>
    public FakePushClient Browser() => new($"{Url}/push/{Guid.NewGuid():N}");

    /// <summary>The messages sent to a browser in the order of arrival, including those that were not accepted.</summary>
    public IReadOnlyList<PushedMessage> SentTo(FakePushClient browser) =>
        _received.TryGetValue(PathOf(browser), out var sent) ? [.. sent] : [];

    /// <param name="answer">The response by the number of earlier requests for the browser.</param>
    public void AnswerFor(FakePushClient browser, Func<int, IResult> answer) => _answers[PathOf(browser)] = answer;

    private async Task<IResult> ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var path = http.Request.Path.Value!;
        var sent = _received.GetOrAdd(path, _ => new());
        var before = sent.Count;
        sent.Enqueue(new PushedMessage(
            http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
        return _answers.TryGetValue(path, out var answer) ? answer(before) : Results.StatusCode(StatusCodes.Status201Created);
    }

    private static string PathOf(FakePushClient browser) => new Uri(browser.Endpoint).AbsolutePath;
}

/// <summary>A request to a push service.</summary>
public sealed record PushedMessage(IReadOnlyDictionary<string, string> Headers, byte[] Body);
