namespace MarketChat.Infrastructure.Http;

/// <summary>
/// Answers 431 to a request with headers larger than <see cref="MaxBytes"/>, which is Kestrel's default limit. Kestrel answers without a
/// page; its limit is set to <see cref="MaxBytesWithPage"/>, so that up to that size users are told what to do.
/// </summary>
public sealed class RequestHeaderSizeMiddleware(RequestDelegate next)
{
    public const int MaxBytes = 32 * 1024, MaxBytesWithPage = 8 * MaxBytes;

    public Task InvokeAsync(HttpContext context)
    {
        if (SizeOf(context.Request.Headers) <= MaxBytes) return next(context);
        context.Response.StatusCode = StatusCodes.Status431RequestHeaderFieldsTooLarge;
        return Task.CompletedTask;
    }

    private static int SizeOf(IHeaderDictionary headers)
    {
        var size = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values) size += name.Length + (value?.Length ?? 0);
        }

        return size;
    }
}
