using System.Diagnostics;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace MarketChat.Infrastructure.Logging;

/// <summary>
/// One structured line per request: what was asked for, by route rather than by address, so that no one's words, tokens or rooms
/// stand in the log; how it ended, and how long it took. What timers ask, static files and pictures are at Debug. Stands inside the error
/// pages, so that a line tells of the request itself and not of the page that explains its failure.
/// </summary>
public sealed class RequestLog(RequestDelegate next, ILogger<RequestLog> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.IsErrorPage())
        {
            await next(context);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
            Write(context, context.Response.StatusCode, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception exception)
        {
            Write(context, ErrorPages.StatusOf(exception), Stopwatch.GetElapsedTime(started));
            throw;
        }
    }

    private void Write(HttpContext context, int status, TimeSpan elapsed)
    {
        // A reader who left is no failure of ours.
        if (context.RequestAborted.IsCancellationRequested) status = StatusCodes.Status499ClientClosedRequest;
        var level = status >= 500 ? LogLevel.Error : IsRoutine(context, status) ? LogLevel.Debug : LogLevel.Information;
        if (!log.IsEnabled(level)) return;
        log.Log(level, "{Method} {Route} {Status} in {Milliseconds:0.0} ms ({TraceId})",
            context.Request.Method, Route(context), status, elapsed.TotalMilliseconds, context.TraceIdentifier);
    }

    private static bool IsRoutine(HttpContext context, int status) =>
        status is < 400 or StatusCodes.Status499ClientClosedRequest && HttpMethods.IsGet(context.Request.Method)
        && (context.Request.IsPoll() || Path.HasExtension(context.Request.Path) || IsPicture(context.Response));

    private static bool IsPicture(HttpResponse response) => response.ContentType?.StartsWith("image/", StringComparison.Ordinal) is true;

    private static string Route(HttpContext context)
    {
        var endpoint = context.GetEndpoint() as RouteEndpoint;
        var route = endpoint?.RoutePattern.RawText ?? "(no route)";
        var asked = context.Request.Query["handler"].ToString();
        var page = endpoint?.Metadata.GetMetadata<PageActionDescriptor>() as CompiledPageActionDescriptor;
        var handler = page?.HandlerMethods.FirstOrDefault(h => h.Name?.Length > 0 && h.Name.Equals(asked, StringComparison.OrdinalIgnoreCase));
        return handler is null ? route : $"{route}?handler={handler.Name}";
    }
}
