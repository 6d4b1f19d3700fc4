using MarketChat.Infrastructure.Http;

namespace MarketChat.Infrastructure.Security;

public static class SecuritySetup
{
    public static void AddMarketSecurity(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = MaxRequestBodySizeAttribute.DefaultBytes;
        });
    }

    /// <summary>
    /// Adds forwarded headers, security headers and HSTS. Must come first in the pipeline, so that every response gets the headers.
    /// </summary>
    public static void UseMarketSecurity(this WebApplication app)
    {
        app.UseTrustedForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        if (!app.Environment.IsDevelopment()) app.UseHsts();
    }
}
