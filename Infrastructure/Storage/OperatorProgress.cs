using System.Globalization;

namespace MarketChat.Infrastructure.Storage;

/// <summary>
/// The progress of a command or an upgrade, on standard error. On a terminal one line is updated each second; elsewhere, as in a journal, a
/// line is written each minute. Work that takes less shows nothing.
/// </summary>
public sealed class OperatorProgress(TimeProvider time)
{
    private static readonly TimeSpan _terminalInterval = TimeSpan.FromSeconds(1), _logInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private (string Step, long Done, long Total) _current = ("", 0, 0);

    /// <summary>Begins to show the progress; the returned object ends it.</summary>
    public IDisposable Start() => Start(Console.Error, isTerminal: !Console.IsErrorRedirected);

    public IDisposable Start(TextWriter output, bool isTerminal)
    {
        var display = new Display(this, output, isTerminal);
        display.Timer = time.CreateTimer(_ => display.Show(), state: null, isTerminal ? _terminalInterval : _logInterval,
            isTerminal ? _terminalInterval : _logInterval);
        return display;
    }

    /// <summary>Sets what is being done, as a phrase: "Copying photos".</summary>
    /// <param name="done">The number of items that are done.</param>
    /// <param name="total">The number of all items; 0 if it is not known.</param>
    public void Report(string step, long done = 0, long total = 0)
    {
        lock (_lock) _current = (step, done, total);
    }

    private string Describe()
    {
        lock (_lock)
        {
            var (step, done, total) = _current;
            return total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{step}: {done:N0} of {total:N0}")
                : done > 0 ? string.Create(CultureInfo.InvariantCulture, $"{step}: {done:N0}")
                : step;
        }
    }

    private sealed class Display(OperatorProgress progress, TextWriter output, bool isTerminal) : IDisposable
    {
        private const string EraseLine = "\r\e[K";

        private bool _isShown;

        public ITimer? Timer { get; set; }

        public void Show()
        {
            var line = progress.Describe();
            if (line.Length == 0) return;
            output.Write(isTerminal ? $"{EraseLine}{line} ..." : $"{line} ...{Environment.NewLine}");
            output.Flush();
            _isShown = true;
        }

        public void Dispose()
        {
            Timer?.Dispose();
            if (isTerminal && _isShown) output.Write(EraseLine);
        }
    }
}
