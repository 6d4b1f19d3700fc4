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
                options.Conventions.AuthorizeFolder("/"); // A page is private unless it says [AllowAnonymous].
                options.Conventions.ConfigureFilter(new MethodNotAllowedFilter());
            })
            .AddMvcOptions(options =>
            {
                options.Filters.Add(new MaxRequestBodySizeAttribute(MaxRequestBodySizeAttribute.DefaultBytes));

                // Nothing here speaks jQuery's "a[b]", and the readers of it throw at a bracket that is not closed.
                options.ValueProviderFactories.RemoveType<JQueryFormValueProviderFactory>();
                options.ValueProviderFactories.RemoveType<JQueryQueryStringValueProviderFactory>();
            })
            .AddViewOptions(options => options.HtmlHelperOptions.ClientValidationEnabled = false) // No data-val-* for a script not here.
            .AddViewLocalization()
            .AddDataAnnotationsLocalization()
            // Its danger is JSON inside HTML, where ours never stands.
            .AddJsonOptions(options => options.JsonSerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        services.AddHttpContextAccessor();
        services.AddProblemDetails();
        // Compressed over HTTPS, too. BREACH cannot recover antiforgery tokens, which differ in every answer; it could recover other text
        // of a page that shows its query beside private text.
        services.AddResponseCompression(options => options.EnableForHttps = true);

        // Hangul as Hangul rather than as &#xD55C;: a third of the bytes. What could be markup stays encoded.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        return services;
    }
}
