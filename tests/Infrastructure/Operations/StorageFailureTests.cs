using MarketChat.Tests.Support;
using Microsoft.Data.Sqlite;

namespace MarketChat.Tests.Infrastructure.Operations;

/// <summary>Storage failures of the machine: the app reports them, loses no data, and recovers when the machine does.</summary>
[Trait("Category", "Sqlite")]
[Trait("Category", "Slow")]
[Collection(nameof(StorageFailureTests))]
public sealed class StorageFailureTests
{
    private const string Sentence = "조금 뒤에 다시 시도해주세요";

    [Fact]
    public async Task A_full_disk_turns_writers_away_until_there_is_room_again()
    {
        await using var app = new AppUnderTestProcess();
        // With SIGXFSZ ignored, exceeding the file size limit is an error for the app and does not end it.
        await app.Start("bash", "-c", "trap '' XFSZ; exec \"$@\"", "--");
        var bob = await app.SignedIn("bob");
        await bob.Token();
        var clientId = Guid.NewGuid();

        await LetFilesGrow(app, bytes: "1");
        var refused = await Send(bob, clientId);
        refused.StatusCode.ShouldBe(503, refused.ReadAsText());
        refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldContain(Sentence);
        refused.Header("Retry-After").ShouldNotBeNull();
        (await bob.Page("/chat/2")).QuerySelectorAll("[data-message-id]").Length.ShouldBeGreaterThan(0, "reading goes on");
        await Wait.Until(async () => await Health(bob) == 503, "health says so");
        (await Post(bob, withPhoto: false)).StatusCode.ShouldBe(503);

        await LetFilesGrow(app, bytes: "unlimited");
        (await Send(bob, clientId)).StatusCode.ShouldBe(201);
        (await Post(bob, withPhoto: false)).StatusCode.ShouldBe(303);
        await Wait.Until(async () => await Health(bob) == 200, "health recovers");
        (await app.Run("check")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_photo_that_cannot_be_written_is_asked_for_again_later()
    {
        await using var host = new MarketHost();
        var seller = await host.SignedIn();
        await seller.Token();
        var photos = Path.Combine(host.StorageRoot, "photos");
        Directory.Delete(photos);

        (await Post(seller)).StatusCode.ShouldBe(503);

        Directory.CreateDirectory(photos);
        (await Post(seller)).StatusCode.ShouldBe(303);
    }

    [Fact]
    public async Task A_database_that_another_program_holds_is_waited_for_and_then_said_to_be_busy()
    {
        await using var host = new MarketHost();
        var talk = await Conversation.Create(host);
        var clientId = Guid.NewGuid();
        using var other = new SqliteConnection($"Data Source={Path.Combine(host.StorageRoot, "market.db")};Pooling=False");
        await other.OpenAsync();
        using (other.BeginTransaction())
        {
            var refused = await talk.Post(talk.Buyer, "안녕하세요", clientId);
            refused.StatusCode.ShouldBe(503);
            refused.ReadAsJson<ApiContracts.Problem>().Detail.ShouldContain(Sentence);
            (await talk.Poll(talk.Seller)).Messages.ShouldBeEmpty();
            (await Health(talk.Buyer)).ShouldBe(503);
        }

        (await talk.Post(talk.Buyer, "안녕하세요", clientId)).StatusCode.ShouldBe(201);
        await host.Clock.AdvanceUntil(async () => await Health(talk.Buyer) == 200, "health recovers");
    }

    // Throws SQLite's own error, because a test that runs as root cannot revoke its own write permission.
    [Fact]
    public async Task A_read_only_database_can_still_be_read()
    {
        await using var host = new MarketHost();
        var talk = await Conversation.Create(host);
        await talk.Send(talk.Seller, "읽을 수 있어요");
        host.Statements.Before = sql =>
        {
            if (!sql.StartsWith("SELECT", StringComparison.Ordinal)) throw new SqliteException("attempt to write a readonly database", 8);
        };

        (await talk.Post(talk.Buyer, "쓸 수 없어요", Guid.NewGuid())).StatusCode.ShouldBe(503);
        (await talk.Poll(talk.Buyer)).Messages.Single().Payload.ShouldBe("읽을 수 있어요");
        (await Health(talk.Buyer)).ShouldBe(503);

        host.Statements.Before = null;
        await talk.Send(talk.Buyer, "다시 돼요");
    }

    [Fact]
    public async Task When_nothing_can_be_read_either_the_page_says_so_and_leads_on()
    {
        await using var host = new MarketHost();
        var bob = await host.SignedIn();
        host.Statements.Before = _ => throw new SqliteException("disk I/O error", 10);

        var answer = await bob.Scenario(s =>
        {
            s.Get.Url("/chat");
            s.IgnoreStatusCode();
        });

        answer.StatusCode.ShouldBe(503);
        answer.Header("Retry-After").ShouldNotBeNull();
        var page = answer.ReadAsHtml();
        page.QuerySelector("main").ShouldNotBeNull().TextContent.ShouldContain(Sentence);
        page.QuerySelector("main a[href='/']").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_clock_that_is_set_back_puts_nothing_out_of_order()
    {
        await using var host = new MarketHost();
        var talk = await Conversation.Create(host);
        var first = await talk.Send(talk.Buyer, "열두 시");
        var after = (await talk.Poll(talk.Seller)).Rev;

        host.Clock.AdjustTime(host.Clock.GetUtcNow().AddHours(-1));
        var second = await talk.Send(talk.Buyer, "열한 시?");

        second.Id.ShouldBeGreaterThan(first.Id);
        second.SentAt.ShouldBeGreaterThanOrEqualTo(first.SentAt);
        (await talk.Poll(talk.Seller, after)).Messages.Single().Payload.ShouldBe("열한 시?");
        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["열두 시", "열한 시?"]);
        (await Health(talk.Buyer)).ShouldBe(200);
    }

    private static async Task<IScenarioResult> Send(TestBrowser sender, Guid clientId)
    {
        var token = await sender.Token();
        return await sender.Scenario(s =>
        {
            s.Post.Form(("payload", "안녕하세요"), ("clientId", $"{clientId}")).ToUrl("/chat/2/send");
            s.AsScript(token);
            s.IgnoreStatusCode();
        });
    }

    private static async Task<IScenarioResult> Post(TestBrowser seller, bool withPhoto = true)
    {
        var token = await seller.Token();
        return await seller.Scenario(s =>
        {
            var form = s.Post.Form(("title", "의자"), ("price", "1000"), ("description", "편해요"), ("__RequestVerificationToken", token))
                .ToUrl("/products/post");
            if (withPhoto) form.File("photo", TestImages.Jpeg());
            s.IgnoreStatusCode();
        });
    }

    private static Task<int> Health(TestBrowser visitor) => visitor.Status("/healthz");

    private static async Task LetFilesGrow(AppUnderTestProcess app, string bytes)
    {
        using var limit = System.Diagnostics.Process.Start("prlimit", ["--pid", $"{app.Id}", $"--fsize={bytes}:unlimited"]);
        await limit.WaitForExitAsync();
        limit.ExitCode.ShouldBe(0);
    }
}
