namespace MarketChat.Tests.Support;

/// <summary>The system's clock, until a test turns it. What waits for a time that has come by that waits no longer.</summary>
public sealed class TestClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<Alarm> _alarms = [];
    private TimeSpan _turned;

    public DateTime Now => GetUtcNow().UtcDateTime;

    public void Turn(TimeSpan by)
    {
        lock (_lock)
        {
            _turned += by;
            foreach (var alarm in _alarms) alarm.Set();
        }
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _turned;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            var alarm = new Alarm(this, base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
            alarm.Change(dueTime, period);
            return alarm;
        }
    }

    /// <summary>A timer of the system's that is set anew whenever the clock is turned.</summary>
    private sealed class Alarm(TestClock clock, ITimer timer) : ITimer
    {
        private DateTimeOffset _at;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                var isSet = dueTime != Timeout.InfiniteTimeSpan;
                if (isSet) (_at, _period) = (clock.GetUtcNow() + dueTime, period);
                if (isSet && period == Timeout.InfiniteTimeSpan) clock._alarms.Add(this);
                else clock._alarms.Remove(this); // One that goes off again and again goes by the system's clock alone.
                return timer.Change(dueTime, period);
            }
        }

        public void Set()
        {
            var wait = _at - clock.GetUtcNow();
            timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _period);
        }

        public void Dispose()
        {
            lock (clock._lock) clock._alarms.Remove(this);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
