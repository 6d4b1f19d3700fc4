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
    private const int DaysKept = 14;
    private const string ConsoleLine = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>
    /// Serilog as the app's only logging provider: readable lines on the console, JSON lines in a file a day under <c>logs/</c>. Levels
    /// come from the section "Serilog". Each host has a logger of its own, so that several can run in one process.
    /// </summary>
    public static void AddMarketLogging(this WebApplicationBuilder builder) => builder.Services.AddSerilog(
        (services, logger) => logger
            .ReadFrom.Configuration(services.GetRequiredService<IConfiguration>())
            // The request's line has the exception.
            .MinimumLevel.Override(typeof(ExceptionHandlerMiddleware).FullName!, LogEventLevel.Fatal)
            .Enrich.FromLogContext()
            .Enrich.With<RemoveRequestPathEnricher>()
            .WriteTo.Console(outputTemplate: ConsoleLine, formatProvider: CultureInfo.InvariantCulture)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture),
                Path.Combine(services.GetRequiredService<StoragePaths>().Folder("logs"), "market-.log"),
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: DaysKept,
                shared: true),
        preserveStaticLogger: true);

    /// <summary>The framework adds the requested address to every line; it may hold a room's number and whatever somebody typed.</summary>
    private sealed class RemoveRequestPathEnricher : ILogEventEnricher
    {
        public void Enrich(LogEvent line, ILogEventPropertyFactory properties) => line.RemovePropertyIfPresent("RequestPath");
    }
}
