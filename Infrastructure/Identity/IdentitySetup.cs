using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Data.Entities;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Identity;

public static class IdentitySetup
{
    public const string SignInPath = "/account/sign-in";

    /// <summary>How long a session lasts after the user's last visit.</summary>
    public static readonly TimeSpan SessionLength = TimeSpan.FromDays(14);

    private static readonly TimeSpan _lockoutLength = TimeSpan.FromMinutes(5);
    private const int FailuresBeforeLockout = 8;

    public static IServiceCollection AddMarketIdentity(this IServiceCollection services)
    {
        // Registered before AddIdentityCore, which adds its defaults only for services that are not registered.
        services.AddScoped<LocalizedIdentityErrorDescriber>()
            .AddScoped<IdentityErrorDescriber>(provider => provider.GetRequiredService<LocalizedIdentityErrorDescriber>());
        services.AddScoped<UserNameValidator>()
            .AddScoped<IUserValidator<User>>(provider => provider.GetRequiredService<UserNameValidator>())
            .AddScoped<ILookupNormalizer>(provider => provider.GetRequiredService<UserNameValidator>());
        services.AddSingleton<IPasswordHasher<User>, NormalizingPasswordHasher>();
        services
            .AddIdentityCore<User>(options =>
            {
                // Length over composition: NIST SP 800-63B, section 3.1.1.2.
                options.Password.RequiredLength = User.MinPasswordLength;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 1;
                options.User.AllowedUserNameCharacters = string.Empty; // UserNameValidator validates names.
                options.Lockout.MaxFailedAccessAttempts = FailuresBeforeLockout;
                options.Lockout.DefaultLockoutTimeSpan = _lockoutLength;
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3; // The first version with a table for passkeys.
            })
            .AddUserStore<MarketUserStore>()
            .AddSignInManager();
        services.AddSingleton<SecurityStampCache>();
        services.AddScoped<PasskeyService>();
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ResidentKeyRequirement = "required"; // Discoverable: sign-in needs no user name.
            options.UserVerificationRequirement = "required"; // The passkey replaces the password.
        });

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(options =>
        {
            options.LoginPath = SignInPath;
            options.ReturnUrlParameter = "returnUrl";
            options.ExpireTimeSpan = SessionLength;
            options.SlidingExpiration = true;
            options.Events.OnRedirectToLogin = RedirectToSignIn;
            options.Events.OnRedirectToReturnUrl = _ => Task.CompletedTask; // The page redirects, or answers a script with JSON.
            options.Events.OnCheckSlidingExpiration = SkipRenewalForPolls;
            options.Events.OnValidatePrincipal = CheckSession;
        });
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<IConfiguration>(
            (options, configuration) => options.Cookie.Name = configuration.GetCookieName("session"));
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme).Configure<IConfiguration>(
            (options, configuration) => options.Cookie.Name = configuration.GetCookieName("passkey")); // Identity keeps a ceremony there.
        services.AddOptions<AntiforgeryOptions>().Configure<IConfiguration>(
            (options, configuration) => options.Cookie.Name = configuration.GetCookieName("antiforgery"));
        services.AddAuthorization();
        return services;
    }

    /// <summary>Reads the session of each request, and rejects requests of pages that were rendered for another user.</summary>
    public static void UseMarketIdentity(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseMiddleware<PageUserMiddleware>();
    }

    private static async Task RedirectToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.WantsJson())
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized; // The error page adds the problem details.
            return;
        }

        var forms = context.HttpContext.RequestServices.GetRequiredService<FormRecovery>();
        if (await forms.SaveAsync(context.HttpContext) is { } returnUrl)
        {
            var signIn = new Uri(context.RedirectUri).GetLeftPart(UriPartial.Path);
            context.RedirectUri = QueryHelpers.AddQueryString(signIn, context.Options.ReturnUrlParameter, returnUrl);
        }

        context.Response.Redirect(context.RedirectUri);
    }

    // Only what the user does extends the session: the polls of an open tab must not keep it alive for ever.
    private static Task SkipRenewalForPolls(CookieSlidingExpirationContext context)
    {
        context.ShouldRenew &= !context.Request.IsPoll();
        return Task.CompletedTask;
    }

    // Rejects the principal of a revoked session, but leaves the cookie. Deleting it in the late response to a poll that was sent with the
    // old cookie would delete the cookie of a new sign-in.
    private static async Task CheckSession(CookieValidatePrincipalContext context)
    {
        if (context.HttpContext.IsErrorPage()) return; // It shows no user data and must work without the database.
        var stamps = context.HttpContext.RequestServices.GetRequiredService<SecurityStampCache>();
        if (!await stamps.ValidateAsync(context.Principal!, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            return;
        }

        // Every 30 minutes the validator reloads the claims of the session, such as the user's name, and extends it; not for a poll.
        if (!context.Request.IsPoll() && IsDueForRenewal(context)) await SecurityStampValidator.ValidatePrincipalAsync(context);
    }

    // The validator checks the same interval, but is expensive to construct.
    private static bool IsDueForRenewal(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var interval = services.GetRequiredService<IOptions<SecurityStampValidatorOptions>>().Value.ValidationInterval;
        return context.Properties.IssuedUtc is not { } issued
            || services.GetRequiredService<TimeProvider>().GetUtcNow() - issued > interval;
    }
}
