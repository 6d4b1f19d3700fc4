using MarketChat.Tests.Support;
using Microsoft.Data.Sqlite;

namespace MarketChat.Tests.Infrastructure.Operations;

[Trait("Category", "Sqlite")]
[Trait("Category", "Slow")]
[Collection(nameof(GracefulShutdownTests))]
public sealed class GracefulShutdownTests
{
    [Fact]
    public async Task A_stopping_app_answers_held_polls_and_finishes_a_send()
    {
        await using var app = new AppUnderTestProcess();
        await app.Start();
        var (bob, alice) = (await app.SignedIn("bob"), await app.SignedIn("alice"));
        var version = (await alice.Scenario(s => s.Get.Url("/badge"))).ReadAsJson<ApiContracts.Badge>().Version;
        var token = await bob.Token();
        var held = alice.Scenario(s =>
        {
            s.Get.Url($"/badge?version={version}&wait=25");
            s.IgnoreStatusCode();
        });

        Task<int> stopped;
        Task<IScenarioResult> sent;
        using (var writer = new SqliteConnection($"Data Source={app.DatabaseFile};Pooling=False"))
        {
            await writer.OpenAsync();
            // Blocks the writer, so that the send is still in progress when the app is asked to stop.
            using var turn = writer.BeginTransaction();
            sent = bob.Scenario(s =>
            {
                s.Post.Form(("payload", "마지막 한마디"), ("clientId", $"{Guid.NewGuid()}")).ToUrl("/chat/2/send");
                s.AsScript(token);
                s.IgnoreStatusCode();
            });
            stopped = app.Stop();
            (await held).StatusCode.ShouldBe(204, "held until the app stops");
            turn.Rollback();
        }

        (await sent).StatusCode.ShouldBe(201);
        (await stopped).ShouldBe(0);
        app.Query("SELECT Payload FROM Messages ORDER BY Id DESC LIMIT 1").ShouldBe(["마지막 한마디"]);
    }

    [Fact]
    public async Task A_process_that_lives_says_so_even_when_it_cannot_work()
    {
        await using var host = new MarketHost();
        var visitor = host.Browser();
        await visitor.Page("/");
        host.Statements.Before = _ => throw new SqliteException("unable to open database file", 14);

        (await visitor.Scenario(s => s.Get.Url("/livez"))).StatusCode.ShouldBe(200);
        await visitor.Scenario(s =>
        {
            s.Get.Url("/healthz");
            s.StatusCodeShouldBe(503);
        });
    }
}
