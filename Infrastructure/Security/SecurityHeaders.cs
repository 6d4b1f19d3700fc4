using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Security;

/// <summary>
/// What every answer carries, errors and files included (OWASP ASVS 5, chapter 3.4). Everything the app shows comes from itself, no
/// script stands in a page but the import map, and text becomes markup nowhere, so Trusted Types need no policy at all. An endpoint
/// that wants to be stricter says so itself.
/// </summary>
public sealed class SecurityHeaders(RequestDelegate next, ModuleMap modules)
{
    private readonly Lazy<string> _contentSecurityPolicy = new(() => string.Join("; ",
        "default-src 'none'",
        $"script-src 'self' '{modules.Hash}'",
        "style-src 'self'",
        "img-src 'self' blob:", // blob: is a photo just picked, before it is sent.
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'"));

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, _contentSecurityPolicy.Value);
            headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
            headers.TryAdd("Referrer-Policy", "same-origin");
            headers.TryAdd("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
            headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
            headers.TryAdd("Cross-Origin-Embedder-Policy", "require-corp");
            headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
            return Task.CompletedTask;
        });
        return next(context);
    }
}
