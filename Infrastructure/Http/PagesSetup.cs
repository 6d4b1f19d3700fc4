using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.WebEncoders;

namespace MarketChat.Infrastructure.Http;

public static class PagesSetup
{
    public static IServiceCollection AddMarketPages(this IServiceCollection services)
    {
        services
            .AddRazorPages(options =>
            {
                options.RootDirectory = "/Features";
                options.Conventions.AuthorizeFolder("/"); // A page requires sign-in unless it has [AllowAnonymous].
                options.Conventions.AddFolderApplicationModelConvention("/", PageHandlers.AddTo);
            })
            .AddMvcOptions(options =>
            {
                options.Filters.Add(new MaxRequestBodySizeAttribute(MaxRequestBodySizeAttribute.DefaultBytes));
                options.Filters.Add(new FormReadingFilter());
                // As an instance: if a filter is created for each request, MVC caches none of them.
                options.Filters.Add(new StaleAntiforgeryTokenFilter());

                // No form uses jQuery's syntax "a[b]", and its value providers throw when a bracket is not closed.
                options.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
                options.ValueProviderFactories.RemoveType<JQueryQueryStringValueProviderFactory>();
            })
            .AddViewOptions(options => options.HtmlHelperOptions.ClientValidationEnabled = false) // There is no validation script.
            .AddViewLocalization()
            .AddDataAnnotationsLocalization()
            // The relaxed encoder is unsafe only for JSON embedded in HTML, which this app does not do.
            .AddJsonOptions(options => options.JsonSerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        services.AddHttpContextAccessor();
        services.AddProblemDetails();
        services.AddSingleton<FormRecovery>();
        // Antiforgery tokens are masked anew in each response, so BREACH (https://www.breachattack.com) cannot recover them. A page that
        // shows its query beside private text must switch compression off for itself.
        services.AddResponseCompression(options => options.EnableForHttps = true);

        // Writes Hangul as it is rather than as &#xD55C;, which takes a third of the bytes. Markup characters stay encoded.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        return services;
    }
}
