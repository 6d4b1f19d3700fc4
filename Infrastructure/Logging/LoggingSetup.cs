using System.Globalization;
using MarketChat.Infrastructure.Storage;
using Serilog;
using Serilog.Formatting.Json;

namespace MarketChat.Infrastructure.Logging;

public static class LoggingSetup
{
    private const int DaysKept = 14;
    private const string ConsoleLine = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Readable lines on the console, JSON lines in a file a day under <c>logs/</c>. Levels come from the section "Serilog".</summary>
    public static void AddMarketLogging(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Serilog.Core.Logger>(services => new LoggerConfiguration()
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
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
            new Serilog.Extensions.Logging.SerilogLoggerProvider(services.GetRequiredService<Serilog.Core.Logger>()));
    }
}
