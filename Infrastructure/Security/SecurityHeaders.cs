using MarketChat.Infrastructure.Assets;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Security;

/// <summary>
/// What every answer carries, errors and files included (OWASP ASVS 5, chapter 3.4). Everything the app shows comes from itself, no
/// script stands in a page but the import map, and text becomes markup nowhere, so Trusted Types need no policy but one for the address of
/// a worker's script. An endpoint that wants to be stricter says so itself.
/// </summary>
public sealed class SecurityHeaders(RequestDelegate next, ImportMap modules)
{
    private Policy _policy = new("", "");

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.TryAdd(HeaderNames.ContentSecurityPolicy, ContentSecurityPolicy());
            headers.TryAdd(HeaderNames.CacheControl, "no-store"); // Pages differ from person to person and from second to second.
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

    // Written anew only when the script that it lets in is another.
    private string ContentSecurityPolicy()
    {
        var (policy, hash) = (_policy, modules.Hash);
        if (policy.Hash != hash) _policy = policy = new Policy(hash, PolicyWith(hash));
        return policy.Text;
    }

    private static string PolicyWith(string scriptHash) => string.Join("; ",
        "default-src 'none'",
        $"script-src 'self' '{scriptHash}'",
        "style-src 'self'",
        "img-src 'self' blob:", // blob: is a photo just picked, before it is sent.
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types worker");

    private sealed record Policy(string Hash, string Text);
}
