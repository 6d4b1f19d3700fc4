using System.Collections.Concurrent;
using System.Globalization;
using MarketChat.Tests.Support;
using Xunit.Abstractions;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>A separate collection, so that these long waits for a process run in parallel with other tests.</summary>
[Trait("Category", "Slow")]
[Collection(nameof(CrashRecoveryTests))]
public sealed class CrashRecoveryTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int SendersEach = 2;

    private readonly ConcurrentDictionary<Guid, string> _acknowledged = new();
    private int _count;

    [Fact]
    public async Task Killed_twenty_times_under_load_the_app_has_every_acknowledged_message_once_and_all_agrees()
    {
        await using var app = new AppUnderTestProcess();
        var random = new Random(7);
        await app.Start();
        (TestBrowser Person, int Room)[] talkers =
            [(await app.SignedIn("bob"), 2), (await app.SignedIn("charlie"), 3), (await app.SignedIn("alice"), 2)];
        foreach (var (person, _) in talkers) await person.Token(); // The token stays valid, because the keys survive the restart.

        for (var kill = 1; kill <= Kills; kill++)
        {
            var enough = _acknowledged.Count + random.Next(3, 60);
            var sending = talkers.SelectMany(t => Enumerable.Range(0, SendersEach).Select(_ => SendUntilKilled(t.Person, t.Room))).ToList();
            await Wait.Until(() => _acknowledged.Count >= enough, "messages are acknowledged");
            await app.Kill();
            await Task.WhenAll(sending);
            await app.Start();
        }

        var stored = app.Query("SELECT lower(ClientId) || Payload FROM Messages").ToLookup(row => row);
        foreach (var (clientId, text) in _acknowledged) stored[$"{clientId}{text}"].Count().ShouldBe(1, text);
        var (exitCode, said) = await app.Run("check");
        exitCode.ShouldBe(0, said);
        output.WriteLine($"{Kills} kills, {_acknowledged.Count} messages acknowledged, {stored.Count} stored. {said}");
    }

    private async Task SendUntilKilled(TestBrowser person, int room)
    {
        var token = await person.Token();
        try
        {
            while (true)
            {
                var (clientId, text) =
                    (Guid.NewGuid(), $"{person.Name} {Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}");
                var sent = await person.Scenario(s =>
                {
                    s.Post.Form(("payload", text), ("clientId", $"{clientId}")).ToUrl($"/chat/{room}/send");
                    s.AsScript(token);
                    s.StatusCodeShouldBe(201);
                });
                _acknowledged[clientId] = text;
                await person.Scenario(s =>
                {
                    s.Post.Form(("upTo", $"{sent.ReadAsJson<ApiContracts.Message>().Id}")).ToUrl($"/chat/{room}?handler=Read");
                    s.AsScript(token);
                    s.IgnoreStatusCode();
                });
            }
        }
        catch (HttpRequestException)
        {
            // The app was killed during this request, so the message may or may not be stored.
        }
    }
}
