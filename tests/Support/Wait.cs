using System.Diagnostics;

namespace MarketChat.Tests.Support;

/// <summary>Waits for a condition instead of a fixed time.</summary>
public static class Wait
{
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(10);

    public static Task Until(Func<bool> condition, string what) => Until(() => Task.FromResult(condition()), what);

    public static Task Until(Func<Task<bool>> condition, string what, TimeSpan? every = null) => Until(condition, () => what, every);

    public static async Task Until(Func<Task<bool>> condition, Func<string> what, TimeSpan? every = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > _timeout) throw new TimeoutException($"Never came true: {what()}");
            await Task.Delay(every ?? _interval);
        }
    }
}
