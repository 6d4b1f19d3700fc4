using Microsoft.Extensions.Time.Testing;

namespace MarketChat.Tests.Support;

public static class ClockExtensions
{
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(100);

    extension(FakeTimeProvider clock)
    {
        public DateTime UtcNow => clock.GetUtcNow().UtcDateTime;

        /// <summary>
        /// Advances the clock step by step until the condition holds. For background timers: one advance is not enough if the timer is set
        /// only afterwards.
        /// </summary>
        public Task AdvanceUntil(Func<bool> condition, string what) => clock.AdvanceUntil(() => Task.FromResult(condition()), what);

        public Task AdvanceUntil(Func<Task<bool>> condition, string what) => Wait.Until(
            async () =>
            {
                if (await condition()) return true;
                clock.Advance(_step);
                return false;
            },
            what);
    }
}
