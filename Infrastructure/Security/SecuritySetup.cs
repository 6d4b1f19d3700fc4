using MarketChat.Infrastructure.Assets;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.HostFiltering;

namespace MarketChat.Infrastructure.Security;

public static class SecuritySetup
{
    public static void AddMarketSecurity(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = MaxRequestBodySizeAttribute.DefaultBytes;
            server.Limits.MaxRequestHeadersTotalSize = RequestHeaderSizeMiddleware.MaxBytesWithPage;
        });
        builder.Services.Configure<HostFilteringOptions>(options => options.AllowedHosts = ["*"]); // AllowedHostsMiddleware checks.
    }

    /// <summary>
    /// Adds forwarded headers, the base path, routing, security headers, HSTS and the cookie policy. Must come first in the pipeline, so
    /// that every response gets the headers.
    /// </summary>
    public static void UseMarketSecurity(this WebApplication app)
    {
        app.UseTrustedForwardedHeaders();
        app.UseMarketPathBase();
        app.UseMiddleware<SecurityHeaders>();
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.UseCookiePolicy(new CookiePolicyOptions
        {
            Secure = CookieSecurePolicy.SameAsRequest,
            OnAppendCookie = cookie => LimitToApp(cookie.Context, cookie.CookieOptions),
            OnDeleteCookie = cookie => LimitToApp(cookie.Context, cookie.CookieOptions),
        });
    }

    /// <summary>Rejects requests that no endpoint should see. Must come after the error pages, which render the rejections.</summary>
    public static void UseRequestChecks(this WebApplication app) => app.UseWhen(context => !context.IsErrorPage(), checks =>
    {
        checks.UseMiddleware<AllowedHostsMiddleware>();
        checks.UseMiddleware<RequestHeaderSizeMiddleware>();
        checks.UseMiddleware<MethodNotAllowedMiddleware>();
        checks.UseMiddleware<FetchMetadataMiddleware>();
    });

    // A proxy may forward a request with the base path or without it.
    private static void UseMarketPathBase(this WebApplication app)
    {
        if (app.Configuration.GetPathBase() is { HasValue: true } pathBase)
        {
            app.UsePathBase(pathBase);
            app.Use((context, next) =>
            {
                context.Request.PathBase = pathBase;
                return next(context);
            });
        }

        app.UseRouting(); // By default it would come first, and match paths that begin with the base path.
    }

    // Other apps of the host do not get the cookies.
    private static void LimitToApp(HttpContext context, CookieOptions cookie)
    {
        if (context.Request.PathBase is { HasValue: true } pathBase && cookie.Path is null or "/") cookie.Path = pathBase;
    }
}
