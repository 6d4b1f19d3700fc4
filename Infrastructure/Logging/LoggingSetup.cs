using System.Globalization;
using MarketChat.Infrastructure.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace MarketChat.Infrastructure.Logging;

public static class LoggingSetup
{
    private const int RetainedDays = 14;
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>
    /// Configures Serilog as the only logging provider: text on the console, and JSON lines in a daily file under <c>logs/</c>. The
    /// configuration section "Serilog" sets the levels. Each host has its own logger, so that several hosts can run in one process.
    /// </summary>
    public static void AddMarketLogging(this WebApplicationBuilder builder) => builder.Services.AddSerilog(
        (services, logger) => logger
            .ReadFromSection(services.GetRequiredService<IConfiguration>())
            .Filter.ByExcluding(IsReportedByProgram)
            // The request's log line contains the exception already.
            .MinimumLevel.Override(typeof(ExceptionHandlerMiddleware).FullName!, LogEventLevel.Fatal)
            // A client may send any token; it is no error of the app.
            .MinimumLevel.Override("Microsoft.AspNetCore.Antiforgery", LogEventLevel.Fatal)
            .Enrich.FromLogContext()
            .Enrich.With<RemoveRequestPathEnricher>()
            .WriteTo.Console(outputTemplate: ConsoleTemplate, formatProvider: CultureInfo.InvariantCulture)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture),
                Path.Combine(services.GetRequiredService<StoragePaths>().Folder("logs"), "market-.log"),
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: RetainedDays,
                shared: true),
        preserveStaticLogger: true);

    private static LoggerConfiguration ReadFromSection(this LoggerConfiguration logger, IConfiguration configuration)
    {
        try
        {
            return logger.ReadFrom.Configuration(configuration);
        }
        catch (InvalidOperationException exception)
        {
            throw new OperatorException($"The section Serilog of the settings is invalid: {exception.Message}", exception);
        }
    }

    // The host logs why it could not start, with a stack trace, and throws it; Program describes it in one line. The background services
    // that it cancels then are no failures either.
    private static bool IsReportedByProgram(LogEvent line) =>
        line.Properties.GetValueOrDefault("EventId") is StructureValue id && id.Properties.Any(property => property.Value switch
        {
            ScalarValue { Value: "HostedServiceStartupFaulted" or "ApplicationStartupException" } => true,
            ScalarValue { Value: "BackgroundServiceFaulted" or "BackgroundServiceStoppingHost" } =>
                line.Exception is OperationCanceledException,
            _ => false,
        });

    /// <summary>
    /// Removes the request's path, which the framework adds to every event. It may contain a room's number or text that a user typed.
    /// </summary>
    private sealed class RemoveRequestPathEnricher : ILogEventEnricher
    {
        public void Enrich(LogEvent line, ILogEventPropertyFactory properties) => line.RemovePropertyIfPresent("RequestPath");
    }
}
