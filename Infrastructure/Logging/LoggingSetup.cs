using System.Globalization;
using MarketChat.Infrastructure.Storage;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace MarketChat.Infrastructure.Logging;

public static class LoggingSetup
{
    private const int DaysKept = 14;
    private const string ConsoleLine = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Readable lines on the console, JSON lines in a file a day under <c>logs/</c>. Levels come from the section "Serilog".</summary>
    public static void AddMarketLogging(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Logger>(services => new LoggerConfiguration()
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
            .Enrich.With<WithoutAddresses>()
            .WriteTo.Console(outputTemplate: ConsoleLine, formatProvider: CultureInfo.InvariantCulture)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture),
                Path.Combine(services.GetRequiredService<StorageRoot>().Folder("logs"), "market-.log"),
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: DaysKept,
                shared: true)
            .CreateLogger());
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(services =>
            new Serilog.Extensions.Logging.SerilogLoggerProvider(services.GetRequiredService<Logger>()));
    }

    /// <summary>The framework adds to every line the address that was asked for, in which a room's number and whatever somebody typed can stand.</summary>
    private sealed class WithoutAddresses : ILogEventEnricher
    {
        public void Enrich(LogEvent line, ILogEventPropertyFactory properties) => line.RemovePropertyIfPresent("RequestPath");
    }
}
