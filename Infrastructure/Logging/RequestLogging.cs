using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Serilog;
using Serilog.Events;

namespace MarketChat.Infrastructure.Logging;

public static class RequestLogging
{
    /// <summary>
    /// Logs one line per request: method, route, status, duration, trace id, and the exception if the request failed. The route is logged
    /// rather than the URL, so that the log contains no user input, tokens or room numbers. Polls, static files and images are logged at
    /// Debug, probes not at all. Runs inside the error pages, so that the line describes the original request and not the re-executed error
    /// page.
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
                // Serilog passes the exception to this callback only; the other one gets status 500 for every exception.
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

    // A request that the client aborted is not a server error.
    private static int StatusOf(HttpContext context, Exception? exception) =>
        context.RequestAborted.IsCancellationRequested ? StatusCodes.Status499ClientClosedRequest
        : exception is null ? context.Response.StatusCode
        : ErrorPages.StatusOf(exception, context.RequestServices.GetRequiredService<IDatabaseEngine>());

    private static LogEventLevel LevelOf(HttpContext context, int status, Exception? exception)
    {
        if (context.IsErrorPage() && exception is null) return LogEventLevel.Verbose; // The original request is logged already.
        if (context.GetEndpoint().IsProbe()) return LogEventLevel.Verbose;
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
