using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>Stands in for the server that takes messages: answers as it was told, one answer after the other, and then well.</summary>
internal sealed class FakeSendEndpoint
{
    private readonly ConcurrentQueue<Func<IRoute, Task>> _answers = new();
    private readonly ConcurrentQueue<(string ClientId, string Payload)> _received = new();
    private readonly ConcurrentQueue<(string ClientId, string Payload)> _stored = new();
    private readonly ConcurrentDictionary<IRoute, bool> _open = new();

    /// <summary>All that came in, again and again where it did.</summary>
    public IReadOnlyList<string> Received => [.. _received.Select(message => message.Payload)];

    public IReadOnlyList<string> ReceivedIds => [.. _received.Select(message => message.ClientId)];

    /// <summary>What a room would show: each client id once.</summary>
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

    /// <summary>Stored, but the answer never arrives.</summary>
    public async Task StoreAndLoseTheAnswer(IRoute route)
    {
        Keep(route);
        await route.AbortAsync("connectionreset");
    }

    public static Task Unreachable(IRoute route) => route.AbortAsync("internetdisconnected");

    /// <summary>Neither arrives nor fails, as over a connection that died unnoticed.</summary>
    public static Task Silent(IRoute route) => Task.CompletedTask;

    public static Func<IRoute, Task> Status(int status, string? detail = null, string? retryAfter = null) =>
        route => route.FulfillAsync(new()
    {
        Status = status,
        ContentType = "application/problem+json",
        Headers = retryAfter is null ? null : new Dictionary<string, string> { ["Retry-After"] = retryAfter },
        Body = JsonSerializer.Serialize(new { status, detail }),
    });

    /// <summary>The answer waits until the test lets it go.</summary>
    public static Func<IRoute, Task> Held(Task until, Func<IRoute, Task> answer) => async route =>
    {
        await until;
        await answer(route);
    };

    private (string ClientId, string Payload) Keep(IRoute route)
    {
        var message = MessageIn(route);
        if (_stored.All(stored => stored.ClientId != message.ClientId)) _stored.Enqueue(message);
        _open.TryRemove(route, out _); // Before the answer leaves: the next message may come in before this returns.
        return message;
    }

    private static (string ClientId, string Payload) MessageIn(IRoute route)
    {
        var fields = QueryHelpers.ParseQuery(route.Request.PostData);
        return (fields["clientId"].ToString(), fields["payload"].ToString());
    }
}
