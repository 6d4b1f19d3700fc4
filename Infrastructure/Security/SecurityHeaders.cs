using MarketChat.Infrastructure.Assets;
using Microsoft.Net.Http.Headers;

namespace MarketChat.Infrastructure.Security;

/// <summary>
/// Adds the security headers to every response, errors and files included (OWASP ASVS 5, chapter 3.4). The policy allows content of this
/// origin only, no inline script but the import map, and no conversion of text to markup: the only Trusted Types policy is the one for the
/// URL of the service worker's script. A header that an endpoint has set itself is kept.
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
            headers.TryAdd(HeaderNames.CacheControl, "no-store"); // Pages are personal and change all the time.
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

    // The policy is rebuilt only when the hash of the import map changes, as in Development.
    private string ContentSecurityPolicy()
    {
        var (policy, hash) = (_policy, modules.Hash);
        if (policy.Hash != hash) _policy = policy = new Policy(hash, CreatePolicy(hash));
        return policy.Text;
    }

    private static string CreatePolicy(string scriptHash) => string.Join("; ",
        "default-src 'none'",
        $"script-src 'self' '{scriptHash}'",
        "style-src 'self'",
        "img-src 'self' blob:", // blob: for the preview of a photo before it is sent.
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types worker");

    private sealed record Policy(string Hash, string Text);
}
