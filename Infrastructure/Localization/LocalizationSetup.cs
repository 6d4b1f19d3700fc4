using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace MarketChat.Infrastructure.Localization;

public static class LocalizationSetup
{
    public const string LanguageCookie = "market-language";

    /// <summary>The supported languages. The first is the default.</summary>
    public static readonly string[] Languages = ["ko", "en"];

    public static IServiceCollection AddMarketLocalization(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddSingleton<IStringLocalizerFactory, FeatureStringLocalizerFactory>();
        services.AddScoped<UserTimeFormatter>();
        services.AddScoped<PriceFormatter>();
        services.AddScoped<DeletedUserLabel>();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(Languages[0]).AddSupportedCultures(Languages).AddSupportedUICultures(Languages);
            options.ApplyCurrentCultureToResponseHeaders = true;
            options.RequestCultureProviders =
            [
                new CookieRequestCultureProvider { CookieName = LanguageCookie },
                new AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
        services.AddOptions<MvcOptions>().Configure<IStringLocalizer<ModelBindingMessages>>(ModelBindingMessages.Localize);
        _ = Task.Run(WarmUpCollation);
        return services;
    }

    // Loads ICU's case-insensitive collation of each language in the background. Loading takes longer than rendering a page, and EF Core
    // needs it for the first query in a language.
    private static void WarmUpCollation()
    {
        foreach (var language in Languages.Prepend(CultureInfo.CurrentCulture.Name))
        {
            CultureInfo.GetCultureInfo(language).CompareInfo.Compare("a", "A", CompareOptions.IgnoreCase);
        }
    }

    /// <summary>
    /// Sets the cookie with the user's language in this browser. Null deletes it, so that the browser's Accept-Language header applies
    /// again.
    /// </summary>
    public static void SetLanguageCookie(this HttpResponse response, string? language)
    {
        if (language is null)
        {
            response.Cookies.Delete(LanguageCookie, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
            return;
        }

        response.Cookies.Append(
            LanguageCookie,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true });
    }
}
