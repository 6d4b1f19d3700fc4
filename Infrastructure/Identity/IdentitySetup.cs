using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MarketChat.Infrastructure.Identity;

public static class IdentitySetup
{
    public const string SignInPath = "/account/sign-in";

    private static readonly TimeSpan _sessionLength = TimeSpan.FromDays(14);
    private static readonly TimeSpan _lockoutLength = TimeSpan.FromMinutes(5);
    private const int FailuresBeforeLockout = 8;

    public static IServiceCollection AddMarketIdentity(this IServiceCollection services)
    {
        // Before Identity's own, which it adds only where there is none.
        services.AddScoped<LocalizedIdentityErrorDescriber>()
            .AddScoped<IdentityErrorDescriber>(provider => provider.GetRequiredService<LocalizedIdentityErrorDescriber>());
        services.AddScoped<UserNameValidator>()
            .AddScoped<IUserValidator<User>>(provider => provider.GetRequiredService<UserNameValidator>())
            .AddScoped<ILookupNormalizer>(provider => provider.GetRequiredService<UserNameValidator>());
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
                options.User.AllowedUserNameCharacters = string.Empty; // UserNameValidator says what a name may be.
                options.Lockout.MaxFailedAccessAttempts = FailuresBeforeLockout;
                options.Lockout.DefaultLockoutTimeSpan = _lockoutLength;
                options.Stores.SchemaVersion = IdentitySchemaVersions.Version3; // From this one on passkeys have a table.
            })
            .AddUserStore<MarketUserStore>()
            .AddSignInManager();
        services.AddSingleton<SecurityStampCache>();
        services.AddScoped<SessionRevoker>();
        services.AddScoped<PasskeyService>();
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ResidentKeyRequirement = "required"; // So that it is found without a name.
            options.UserVerificationRequirement = "required"; // It stands for the password, too.
        });

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(options =>
        {
            options.Cookie.Name = "market-session";
            options.LoginPath = SignInPath;
            options.ReturnUrlParameter = "returnUrl";
            options.ExpireTimeSpan = _sessionLength;
            options.SlidingExpiration = true;
            options.Events.OnRedirectToLogin = RedirectToSignIn;
            options.Events.OnRedirectToReturnUrl = _ => Task.CompletedTask; // The page says where to go on, to a script as JSON.
            options.Events.OnCheckSlidingExpiration = SkipRenewalForPolls;
            options.Events.OnValidatePrincipal = CheckSession;
        });
        services.AddAuthorization();
        return services;
    }

    private static Task RedirectToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!context.Request.WantsJson())
        {
            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized; // The error page gives it its sentence.
        return Task.CompletedTask;
    }

    // A tab left open must not keep a session alive for ever: only what a person does prolongs it.
    private static Task SkipRenewalForPolls(CookieSlidingExpirationContext context)
    {
        context.ShouldRenew &= !context.Request.IsPoll();
        return Task.CompletedTask;
    }

    // A session that is over keeps its cookie until the next sign-in: the answer to a poll sent with the old one, arriving late, would
    // otherwise take away a new one.
    private static async Task CheckSession(CookieValidatePrincipalContext context)
    {
        if (context.HttpContext.IsErrorPage()) return; // It shows nothing of anybody's, and must come also when the database does not.
        var stamps = context.HttpContext.RequestServices.GetRequiredService<SecurityStampCache>();
        if (!await stamps.ValidateAsync(context.Principal!, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
            return;
        }

        // Twice an hour this renews what the session says of its person, such as the name, and prolongs it: not for a poll.
        if (!context.Request.IsPoll() && IsDueForRenewal(context)) await SecurityStampValidator.ValidatePrincipalAsync(context);
    }

    // The validator looks at the same times, but is slow to build.
    private static bool IsDueForRenewal(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var interval = services.GetRequiredService<IOptions<SecurityStampValidatorOptions>>().Value.ValidationInterval;
        return context.Properties.IssuedUtc is not { } issued
            || services.GetRequiredService<TimeProvider>().GetUtcNow() - issued > interval;
    }
}
