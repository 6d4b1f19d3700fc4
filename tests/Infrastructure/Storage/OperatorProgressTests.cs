using MarketChat.Infrastructure.Storage;
using Microsoft.Extensions.Time.Testing;

namespace MarketChat.Tests.Infrastructure.Storage;

public sealed class OperatorProgressTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_terminal_shows_one_line_that_is_updated_and_erased()
    {
        var progress = new OperatorProgress(_clock);
        using (progress.Start(_output, isTerminal: true))
        {
            progress.Report("Copying photos", 1, 2_000);
            _clock.Advance(TimeSpan.FromSeconds(1));
            progress.Report("Copying photos", 1_000, 2_000);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _output.ToString().ShouldBe("\r\e[KCopying photos: 1 of 2,000 ...\r\e[KCopying photos: 1,000 of 2,000 ...\r\e[K");
    }

    [Fact]
    public void Elsewhere_there_is_a_line_a_minute_even_if_a_step_takes_long()
    {
        var progress = new OperatorProgress(_clock);
        using (progress.Start(_output, isTerminal: false))
        {
            progress.Report("Copying the database");
            for (var minute = 1; minute <= 2; minute++) _clock.Advance(TimeSpan.FromMinutes(1));
        }

        _output.ToString().ShouldBe($"Copying the database ...{Environment.NewLine}Copying the database ...{Environment.NewLine}");
    }

    [Fact]
    public void Short_work_shows_nothing()
    {
        var progress = new OperatorProgress(_clock);
        using (progress.Start(_output, isTerminal: true)) progress.Report("Checking the database");

        _output.ToString().ShouldBeEmpty();
    }
}
