using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>Fake server endpoint that receives messages: returns the configured responses in order, then success.</summary>
internal sealed class FakeSendEndpoint
{
    private readonly ConcurrentQueue<Func<IRoute, Task>> _answers = new();
    private readonly ConcurrentQueue<(string ClientId, string Payload)> _received = new();
    private readonly ConcurrentQueue<(string ClientId, string Payload)> _stored = new();
    private readonly ConcurrentDictionary<IRoute, bool> _open = new();

    /// <summary>All received messages, including repetitions.</summary>
    public IReadOnlyList<string> Received => [.. _received.Select(message => message.Payload)];

    public IReadOnlyList<string> ReceivedIds => [.. _received.Select(message => message.ClientId)];

    /// <summary>The messages that a room would show: each client id once.</summary>
    public IReadOnlyList<string> Stored => [.. _stored.Select(message => message.Payload)];

    public int MostAtOnce { get; private set; }

    public string? LastToken { get; private set; }

    public FakeSendEndpoint Then(params Func<IRoute, Task>[] answers)
    {
        foreach (var answer in answers) _answers.Enqueue(answer);
        return this;
    }

    public FakeSendEndpoint Then(int times, Func<IRoute, Task> answer) => Then([.. Enumerable.Repeat(answer, times)]);

    public async Task Serve(IRoute route)
    {
        _open[route] = true;
        MostAtOnce = Math.Max(MostAtOnce, _open.Count);
        LastToken = route.Request.Headers.GetValueOrDefault("requestverificationtoken");
        _received.Enqueue(MessageIn(route));
        await (_answers.TryDequeue(out var answer) ? answer(route) : Store(route));
        _open.TryRemove(route, out _);
    }

    public async Task Store(IRoute route)
    {
        var message = Keep(route);
        var stored =
            new { id = _stored.Count, message.ClientId, senderId = 7, mine = true, message.Payload, sentAt = "2026-11-22T03:00:00Z" };
        await route.FulfillAsync(
            new() { Status = 201, ContentType = "application/json", Body = JsonSerializer.Serialize(stored, JsonSerializerOptions.Web) });
    }

    /// <summary>Stores the message, but the response never arrives.</summary>
    public async Task StoreAndLoseTheAnswer(IRoute route)
    {
        Keep(route);
        await route.AbortAsync("connectionreset");
    }

    public static Task Unreachable(IRoute route) => route.AbortAsync("internetdisconnected");

    /// <summary>Neither answers nor fails, as on a connection that is dead without either side noticing.</summary>
    public static Task Silent(IRoute route) => Task.CompletedTask;

    public static Func<IRoute, Task> Status(int status, string? detail = null, string? retryAfter = null) =>
        route => route.FulfillAsync(new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Headers = retryAfter is null ? null : new Dictionary<string, string> { ["Retry-After"] = retryAfter },
        Body = JsonSerializer.Serialize(new { status, detail }),
    });

    /// <summary>Delays the response until the task completes.</summary>
    public static Func<IRoute, Task> Held(Task until, Func<IRoute, Task> answer) => async route =>
    {
        await until;
        await answer(route);
    };

    private (string ClientId, string Payload) Keep(IRoute route)
    {
        var message = MessageIn(route);
        if (_stored.All(stored => stored.ClientId != message.ClientId)) _stored.Enqueue(message);
        _open.TryRemove(route, out _); // Must precede the response, because the next message may arrive before this method returns.
        return message;
    }

    private static (string ClientId, string Payload) MessageIn(IRoute route)
    {
        var fields = QueryHelpers.ParseQuery(route.Request.PostData);
        return (fields["clientId"].ToString(), fields["payload"].ToString());
    }
}
