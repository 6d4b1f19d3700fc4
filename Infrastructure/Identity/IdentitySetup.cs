using MarketChat.Infrastructure.Data;
using MarketChat.Infrastructure.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

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
        services.AddScoped<IdentityWords>()
            .AddScoped<IdentityErrorDescriber>(provider => provider.GetRequiredService<IdentityWords>());
        services.AddScoped<UserNameRules>()
            .AddScoped<IUserValidator<User>>(provider => provider.GetRequiredService<UserNameRules>())
            .AddScoped<ILookupNormalizer>(provider => provider.GetRequiredService<UserNameRules>());
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
                options.User.AllowedUserNameCharacters = string.Empty; // UserNameRules says what a name may be.
                options.Lockout.MaxFailedAccessAttempts = FailuresBeforeLockout;
                options.Lockout.DefaultLockoutTimeSpan = _lockoutLength;
            })
            .AddUserStore<MarketUserStore>()
            .AddSignInManager();

        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(options =>
        {
            options.Cookie.Name = "market-session";
            options.LoginPath = SignInPath;
            options.ReturnUrlParameter = "returnUrl";
            options.ExpireTimeSpan = _sessionLength;
            options.SlidingExpiration = true;
            options.Events.OnRedirectToLogin = ToSignIn;
            options.Events.OnCheckSlidingExpiration = KeepPollsFromProlonging;
            options.Events.OnValidatePrincipal = ValidateWithoutProlonging;
        });
        services.AddAuthorization();
        return services;
    }

    private static Task ToSignIn(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!context.Request.IsFromScript())
        {
            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized; // The error page gives it its sentence.
        return Task.CompletedTask;
    }

    // A tab left open must not keep a session alive for ever: only what a person does prolongs it.
    private static Task KeepPollsFromProlonging(CookieSlidingExpirationContext context)
    {
        context.ShouldRenew &= !context.Request.IsPoll();
        return Task.CompletedTask;
    }

    // Checking that the session is still wanted renews its cookie, too.
    private static async Task ValidateWithoutProlonging(CookieValidatePrincipalContext context)
    {
        await SecurityStampValidator.ValidatePrincipalAsync(context);
        context.ShouldRenew &= !context.Request.IsPoll();
    }
}
