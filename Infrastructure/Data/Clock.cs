namespace MarketChat.Infrastructure.Data;

public static class Clock
{
    /// <summary>Returns the current UTC time in whole milliseconds, so that JSON carries exactly the time that is stored.</summary>
    public static DateTime GetUtcNowInMilliseconds(this TimeProvider time) =>
        new(time.GetUtcNow().Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond, DateTimeKind.Utc);
}
