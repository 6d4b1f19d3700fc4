using System.Globalization;
using System.Text.RegularExpressions;
using MarketChat.Infrastructure.Storage;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Operations;

/// <summary>
/// Describes in one line why the app or a command ended: the operator can fix most causes, and needs no stack trace for it.
/// </summary>
public static partial class StartupFailure
{
    private const string MissingIcu = "The library ICU is missing, which Korean and English texts need. Install it "
        + "(Debian: libicu72 or later; Alpine: icu-libs and icu-data-full), and do not set DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.";

    /// <summary>
    /// From here on, an exception that nothing on the calling thread catches ends the process by its description on standard error and the
    /// exit code for failures. Exceptions of other threads are bugs, and keep their stack trace. Hosts that run Program in their own
    /// process, such as tests and dotnet ef, catch its exceptions themselves.
    /// </summary>
    public static void ReportInOneLine()
    {
        var thread = Environment.CurrentManagedThreadId;
        AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
        {
            if (Environment.CurrentManagedThreadId != thread) return;
            Console.Error.WriteLine(Describe((Exception)failure.ExceptionObject));
            Environment.Exit(OperationsSetup.Failure);
        };
    }

    public static string Describe(Exception exception) => LineBreaks().Replace(exception switch
    {
        OperatorException => exception.Message,
        CultureNotFoundException => MissingIcu,
        OptionsValidationException invalid => string.Join(' ', invalid.Failures),
        AggregateException { InnerException: { } inner } => Describe(inner),
        IOException or UnauthorizedAccessException or InvalidDataException or InvalidOperationException => WithCause(exception),
        _ => $"{WithCause(exception)} ({exception.GetType().Name})",
    }, " ");

    // The outermost exception names the file or setting, the innermost one says what is wrong with it.
    private static string WithCause(Exception exception)
    {
        var cause = exception.GetBaseException().Message;
        return exception.Message.Contains(cause, StringComparison.Ordinal) ? exception.Message : $"{exception.Message} {cause}";
    }

    [GeneratedRegex(@"\s*[\r\n]+\s*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineBreaks();
}
