namespace MarketChat.Infrastructure.Data;

public sealed class DemoData
{
    public Task FillIfEmptyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
