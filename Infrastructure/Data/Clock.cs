namespace MarketChat.Infrastructure.Data;

public static class Clock
{
    /// <summary>Now in UTC, in whole milliseconds: what the wire carries is then exactly what is stored.</summary>
    public static DateTime GetUtcNowInMilliseconds(this TimeProvider time) =>
        new(time.GetUtcNow().Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);
}
