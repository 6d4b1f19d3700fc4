namespace MarketChat.Tests.Support;

/// <summary>The system's clock, until a test turns it forward.</summary>
public sealed class TestClock : TimeProvider
{
    private TimeSpan _turned;

    public DateTime Now => GetUtcNow().UtcDateTime;

    public void Turn(TimeSpan by) => _turned += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _turned;
}
