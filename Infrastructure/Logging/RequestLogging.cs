using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Serilog;
using Serilog.Events;

namespace MarketChat.Infrastructure.Logging;

public static class RequestLogging
{
    /// <summary>
    /// Logs one line per request, with its exception if it failed: the route rather than the address, so that the log holds nobody's
    /// words, tokens or rooms, then the status and the duration. Polls, static files and pictures are logged at Debug. Runs inside the
    /// error pages, so that the line describes the request itself and not the page that explains its failure.
    /// </summary>
    public static void UseMarketRequestLogging(this WebApplication app)
    {
        var diagnostics = app.Services.GetRequiredService<IDiagnosticContext>();
        app.UseSerilogRequestLogging(options =>
        {
            options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
            options.MessageTemplate = "{Method} {Route} {Status} in {Milliseconds:0.0} ms ({TraceId})";
            options.GetLevel = (context, _, exception) =>
            {
                // Only this callback is told the exception; the other one gets 500 for each.
                var status = StatusOf(context, exception);
                diagnostics.Set("Status", status);
                return LevelOf(context, status, exception);
            };
            options.GetMessageTemplateProperties = (context, _, milliseconds, _) =>
            [
                Property("Method", context.Request.Method),
                Property("Route", RouteOf(context)),
                Property("Milliseconds", milliseconds),
                Property("TraceId", context.TraceIdentifier),
            ];
        });
    }

    // A client that went away is no failure of ours.
    private static int StatusOf(HttpContext context, Exception? exception) =>
        context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest
        : exception is null ? context.Response.StatusCode
        : ErrorPages.StatusOf(exception);

    private static LogEventLevel LevelOf(HttpContext context, int status, Exception? exception)
    {
        if (context.IsErrorPage() && exception is null) return LogEventLevel.Verbose; // Its request has a line already.
        if (status >= 500) return LogEventLevel.Error;
        return IsNoise(context, status) ? LogEventLevel.Debug : LogEventLevel.Information;
    }

    private static bool IsNoise(HttpContext context, int status) =>
        status is < 400 or StatusCodes.Status499ClientClosedRequest && HttpMethods.IsGet(context.Request.Method)
        && (context.Request.IsPoll() || Path.HasExtension(context.Request.Path) || IsPicture(context.Response));

    private static bool IsPicture(HttpResponse response) => response.ContentType?.StartsWith("image/", StringComparison.Ordinal) is true;

    private static LogEventProperty Property(string name, object value) => new(name, new ScalarValue(value));

    private static string RouteOf(HttpContext context)
    {
        var endpoint = context.GetEndpoint() as RouteEndpoint;
        var route = endpoint?.RoutePattern.RawText ?? "(no route)";
        var requested = context.Request.Query["handler"].ToString();
        var page = endpoint?.Metadata.GetMetadata<PageActionDescriptor>() as CompiledPageActionDescriptor;
        var handlers = page?.HandlerMethods.Select(handler => handler.Name) ?? [];
        var handler = handlers.FirstOrDefault(name => name?.Length > 0 && name.Equals(requested, StringComparison.OrdinalIgnoreCase));
        return handler is null ? route : $"{route}?handler={handler}";
    }
}
