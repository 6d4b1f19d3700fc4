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

    /// <summary>First in the pipeline, so that no answer escapes it.</summary>
    public static void UseMarketSecurity(this WebApplication app)
    {
        app.UseTrustedForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        if (!app.Environment.IsDevelopment()) app.UseHsts();
    }
}
