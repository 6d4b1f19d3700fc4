using System.Security.Claims;
using MarketChat.Infrastructure.Configuration;
using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Push;

public static class PushSetup
{
    private const string DefaultContact = "mailto:webmaster@localhost";

    /// <summary>
    /// Adds Web Push: <see cref="PushClient"/> sends messages, and <see cref="PushSubscriptionService"/> manages the subscriptions of
    /// browsers.
    /// </summary>
    public static IServiceCollection AddWebPush(this IServiceCollection services)
    {
        services.AddSettings<PushOptions>("Push")
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                if (options.Contact.Length == 0) options.Contact = GetContact(configuration["AllowedHosts"]);
            })
            .Validate(
                options => IsValidContact(options.Contact),
                "Push:Contact must be a well-formed URL that begins with mailto: or https:.");
        services.AddSingleton<VapidKeys>();
        services.AddSingleton<PushClient>();
        services.AddScoped<PushSubscriptionService>();
        services.ConfigureApplicationCookie(options =>
        {
            options.Events.OnSigningIn = context =>
                GetSubscriptions(context.HttpContext).OnUserSignedInAsync(context.HttpContext, context.Principal!);
            options.Events.OnSigningOut = context => GetSubscriptions(context.HttpContext).UnsubscribeAsync(context.HttpContext);
        });
        services.PostConfigure<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme, options =>
        {
            var validate = options.Events.OnValidatePrincipal;
            options.Events.OnValidatePrincipal = async context =>
            {
                await validate(context);
                if (context is { ShouldRenew: true, Principal: { } user }) await ExtendAsync(context.HttpContext, user);
            };
        });
        return services;
    }

    // Every page extends the session sometime, also while the database accepts no write. The next extension tries again.
    private static async Task ExtendAsync(HttpContext http, ClaimsPrincipal user)
    {
        try
        {
            await GetSubscriptions(http).OnSessionExtendedAsync(http, user);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            http.RequestServices.GetRequiredService<ILogger<PushSubscriptionService>>()
                .LogWarning(exception, "A push subscription could not be extended with its session");
        }
    }

    // The library writes the contact into the token as it is, so the contact must not contain characters that JSON escapes.
    private static bool IsValidContact(string contact) =>
        Uri.IsWellFormedUriString(contact, UriKind.Absolute)
        && (contact.StartsWith("mailto:", StringComparison.Ordinal) || contact.StartsWith("https://", StringComparison.Ordinal));

    private static string GetContact(string? hosts) =>
        hosts?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(host => !host.Contains('*')) is { } host
            ? $"https://{host}"
            : DefaultContact;

    private static PushSubscriptionService GetSubscriptions(HttpContext http) =>
        http.RequestServices.GetRequiredService<PushSubscriptionService>();
}
