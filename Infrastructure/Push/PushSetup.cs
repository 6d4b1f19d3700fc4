using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Push;

public static class PushSetup
{
    private const string NoContact = "mailto:webmaster@localhost";

    /// <summary>Web Push: <see cref="PushClient"/> sends, <see cref="PushSubscriptionService"/> knows where to.</summary>
    public static IServiceCollection AddWebPush(this IServiceCollection services)
    {
        services.AddOptions<PushOptions>().BindConfiguration("Push")
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                if (options.Contact.Length == 0) options.Contact = ContactAt(configuration["AllowedHosts"]);
            })
            .Validate(options => IsContact(options.Contact), "Push:Contact is an address that begins with mailto: or https:.")
            .ValidateOnStart();
        services.AddSingleton<VapidKeys>();
        services.AddSingleton<PushClient>();
        services.AddScoped<PushSubscriptionService>();
        services.ConfigureApplicationCookie(options =>
        {
            options.Events.OnSigningIn = context =>
                Browser(context.HttpContext).OnUserSignedInAsync(context.HttpContext, context.Principal!);
            options.Events.OnSigningOut = context => Browser(context.HttpContext).UnsubscribeAsync(context.HttpContext);
        });
        return services;
    }

    // The library writes it into the token as it is, so nothing that needs escaping may stand in it.
    private static bool IsContact(string contact) =>
        Uri.IsWellFormedUriString(contact, UriKind.Absolute)
        && (contact.StartsWith("mailto:", StringComparison.Ordinal) || contact.StartsWith("https://", StringComparison.Ordinal));

    private static string ContactAt(string? hosts) =>
        hosts?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(host => !host.Contains('*')) is { } host
            ? $"https://{host}"
            : NoContact;

    private static PushSubscriptionService Browser(HttpContext http) => http.RequestServices.GetRequiredService<PushSubscriptionService>();
}
