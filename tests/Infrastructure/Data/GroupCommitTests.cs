using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Sqlite;
using MarketChat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace MarketChat.Tests.Infrastructure.Data;

/// <summary>Cancellation of a write: it is either executed completely or not at all, and the caller knows which.</summary>
[Trait("Category", "Sqlite")]
public sealed class GroupCommitTests(MarketHost host) : IClassFixture<MarketHost>
{
    [Fact]
    public async Task Whoever_gives_up_before_their_turn_has_stored_nothing()
    {
        var talk = await Conversation.Create(host);
        using var cancellation = new CancellationTokenSource();
        Task given;
        using (await Gate.AcquireAsync(default))
        {
            given = Store(talk, "그만둔 말", cancellation.Token);
            await cancellation.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => given);
        }

        await talk.Send(talk.Buyer, "다음 말");

        (await talk.Poll(talk.Seller)).Messages.Select(m => m.Payload).ShouldBe(["다음 말"]);
    }

    [Fact]
    public async Task Whoever_gives_up_when_it_is_being_done_hears_that_it_is_done()
    {
        var talk = await Conversation.Create(host);
        using var cancellation = new CancellationTokenSource();
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        Task<int> first, second;
        using (await Gate.AcquireAsync(default))
        {
            first = Run(async _ =>
            {
                begun.SetResult();
                await goOn.Task;
                return 1;
            });
            second = Run(_ => Task.FromResult(2), cancellation.Token);
        }

        await begun.Task; // By now the batch includes the second write.
        await cancellation.CancelAsync();
        goOn.SetResult();

        (await first).ShouldBe(1);
        (await second).ShouldBe(2);
    }

    private WriteLock Gate => host.Services.GetRequiredService<SqliteEngine>().WriteLock;

    private async Task<int> Run(Func<MarketDb, Task<int>> work, CancellationToken cancellationToken = default) =>
        await host.Data(db => db.Engine.ExecuteInSharedTransactionAsync(db, work, cancellationToken));

    private async Task Store(Conversation talk, string text, CancellationToken cancellationToken)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<MarketChat.Features.Chat.SendMessage>()
            .ExecuteAsync(talk.Buyer.Id, talk.RoomId, text, Guid.NewGuid(), cancellationToken);
    }
}
