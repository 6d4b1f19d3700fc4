using MarketChat.Infrastructure.Identity;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace MarketChat.Infrastructure.Push;

public static class PushSetup
{
    private const string NoContact = "mailto:webmaster@localhost";

    /// <summary>Web Push: <see cref="PushClient"/> sends, <see cref="SubscribedBrowser"/> knows where to.</summary>
    public static IServiceCollection AddWebPush(this IServiceCollection services)
    {
        services.AddOptions<PushOptions>().BindConfiguration("Push")
            .PostConfigure<IConfiguration>((options, configuration) =>
            {
                if (options.Contact.Length == 0) options.Contact = ContactAt(configuration["AllowedHosts"]);
            })
            .Validate(options => Uri.TryCreate(options.Contact, UriKind.Absolute, out var contact) && contact.Scheme is "mailto" or "https", "Push:Contact begins with mailto: or https:.")
            .ValidateOnStart();
        services.AddSingleton<Vapid>();
        services.AddSingleton<PushClient>();
        services.AddScoped<SubscribedBrowser>();
        services.ConfigureApplicationCookie(options =>
        {
            options.Events.OnSigningIn = context => Browser(context.HttpContext).KeepToAsync(context.HttpContext, context.Principal!);
            options.Events.OnSigningOut = context => Browser(context.HttpContext).UnsubscribeAsync(context.HttpContext);
        });
        return services;
    }

    private static string ContactAt(string? hosts) =>
        hosts?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(host => !host.Contains('*')) is { } host
            ? $"https://{host}"
            : NoContact;

    private static SubscribedBrowser Browser(HttpContext http) => http.RequestServices.GetRequiredService<SubscribedBrowser>();
}
